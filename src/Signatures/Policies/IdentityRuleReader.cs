using System.Text.Json;
using OrleansRegistry.Oci;
using OrleansRegistry.Signatures.OpenPgp;

namespace OrleansRegistry.Signatures.Policies;

/// <summary>Reads the <c>signedIdentity</c> of a requirement. Source: containers-policy.json(5), signedIdentity.</summary>
internal static class IdentityRuleReader
{
    public static IdentityRule Read(JsonElement element)
    {
        var identity = new PolicyObject(element, "a signedIdentity");
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
            _ => throw new MalformedException($"The signedIdentity type '{type}' is unknown."),
        };
        identity.RequireNoOthers();
        return rule;
    }

    private static ImageReference Reference(PolicyObject identity, string member, bool nameOnly) =>
        ImageReference.TryParse(identity.Text(member), out var reference) && (nameOnly || !reference.IsNameOnly)
            ? reference
            : throw new MalformedException($"The {member} of a signedIdentity is not a reference that can match.");

    private static string Prefix(PolicyObject identity, string member) =>
        identity.Text(member) is var text && ImageReference.IsPrefix(text)
            ? text
            : throw new MalformedException($"The {member} of a signedIdentity is not a host or a name below one.");
}
