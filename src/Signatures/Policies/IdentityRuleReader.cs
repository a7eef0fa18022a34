using System.Text.Json;
using OrleansRegistry.Oci;

namespace OrleansRegistry.Signatures.Policies;

/// <summary>Reads the <c>signedIdentity</c> of a requirement. Source: containers-policy.json(5), signedIdentity.</summary>
internal static class IdentityRuleReader
{
    public static IdentityRule Read(JsonElement element, PolicyPlace place)
    {
        var identity = new PolicyObject(element, place);
        var type = identity.Text("type");
        IdentityRule rule = type switch
        {
            "matchExact" => new IdentityRule.MatchExact(),
            "matchRepoDigestOrExact" => new IdentityRule.MatchRepoDigestOrExact(),
            "matchRepository" => new IdentityRule.MatchRepository(),
            "exactReference" =>
                new IdentityRule.ExactReference(Reference(identity, "dockerReference", nameOnly: false)),
            "exactRepository" =>
                new IdentityRule.ExactRepository(Reference(identity, "dockerRepository", nameOnly: true)),
            "remapIdentity" =>
                new IdentityRule.RemapIdentity(Prefix(identity, "prefix"), Prefix(identity, "signedPrefix")),
            _ => throw identity.At("type").Fault($"the signedIdentity type '{type}' is unknown"),
        };
        identity.RequireNoOthers();
        return rule;
    }

    private static ImageReference Reference(PolicyObject identity, string member, bool nameOnly) =>
        ImageReference.TryParse(identity.Text(member), out var reference) && (nameOnly || !reference.IsNameOnly)
            ? reference
            : throw identity.At(member).Fault(
                nameOnly ? "this is no name of a repository" : "this is no reference with a tag or a digest");

    private static string Prefix(PolicyObject identity, string member) =>
        identity.Text(member) is var text && ImageReference.IsPrefix(text)
            ? text
            : throw identity.At(member).Fault("this is neither a host nor a name below one");
}
