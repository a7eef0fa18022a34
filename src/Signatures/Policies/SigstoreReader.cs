using System.Text;
using System.Text.Json;
using OrleansRegistry.Signatures.Cosign;

namespace OrleansRegistry.Signatures.Policies;

/// <summary>
/// Reads <c>sigstoreSigned</c> as clients do, with all that it may ask for. What keys alone cannot answer is never met. Source:
/// containers-policy.json(5), sigstoreSigned.
/// </summary>
internal static class SigstoreReader
{
    private const string Type = "sigstoreSigned";

    public static Requirement Read(PolicyObject requirement, IdentityRule rule)
    {
        var (name, value) = requirement.OneOf("keyPath", "keyPaths", "keyData", "keyDatas", "fulcio", "pki");
        var place = requirement.At(name);
        var asksLog = ReadLog(requirement);
        switch (name)
        {
            case "fulcio":
                ReadFulcio(value, place);
                return asksLog ? Unjudged() : throw place.Fault("a public key of a log is wanted beside this");
            case "pki":
                ReadAuthority(value, place);
                return asksLog ? throw place.Fault("no log can be asked for beside this") : Unjudged();
        }

        var keys = ReadKeys(name, value, place);
        return asksLog ? Unjudged()
            : keys is null ? new Requirement.Reject(Type, "A key of the requirement is no public key in PEM.")
            : new Requirement.SigstoreSigned(keys, rule);
    }

    // Null where one of them is none: clients read keys when they judge, and then one fails all.
    private static KeySource? ReadKeys(string name, JsonElement value, PolicyPlace place)
    {
        if (name is "keyPath" or "keyPaths")
            return new KeySource.Files(ReadPaths(name, value, place));
        var keys = ReadData(name, value, place).ConvertAll(
            pem => CosignPublicKey.TryParse(Encoding.UTF8.GetString(pem), out var key) ? key : null);
        return keys.Contains(null) ? null : new KeySource.Cosign([.. keys.OfType<CosignPublicKey>()]);
    }

    private static bool ReadLog(PolicyObject requirement)
    {
        if (requirement.AtMostOneOf(
            "rekorPublicKeyPath", "rekorPublicKeyPaths", "rekorPublicKeyData", "rekorPublicKeyDatas") is not var (name, value))
            return false;
        if (name.Contains("Path", StringComparison.Ordinal))
            ReadPaths(name, value, requirement.At(name));
        else
            ReadData(name, value, requirement.At(name));
        return true;
    }

    private static void ReadFulcio(JsonElement element, PolicyPlace place)
    {
        var fulcio = new PolicyObject(element, place);
        ReadOne(fulcio, fulcio.OneOf("caPath", "caData"));
        foreach (var name in (string[])["oidcIssuer", "subjectEmail"])
            fulcio.At(name).Filled(fulcio.Required(name));
        fulcio.RequireNoOthers();
    }

    private static void ReadAuthority(JsonElement element, PolicyPlace place)
    {
        var authority = new PolicyObject(element, place);
        ReadOne(authority, authority.OneOf("caRootsPath", "caRootsData"));
        if (authority.AtMostOneOf("caIntermediatesPath", "caIntermediatesData") is { } between)
            ReadOne(authority, between);
        var subjects = 0;
        foreach (var name in (string[])["subjectEmail", "subjectHostname"])
            if (authority.Optional(name) is { } subject && authority.At(name).Text(subject).Length > 0)
                subjects++;
        if (subjects == 0)
            throw place.Fault("at least one is wanted of subjectEmail, subjectHostname");
        authority.RequireNoOthers();
    }

    private static void ReadOne(PolicyObject from, (string Name, JsonElement Value) source)
    {
        if (source.Name.EndsWith("Path", StringComparison.Ordinal))
            from.At(source.Name).Filled(source.Value);
        else
            from.At(source.Name).Base64(source.Value);
    }

    private static List<string> ReadPaths(string name, JsonElement value, PolicyPlace place) => name.EndsWith('s')
        ? place.FilledList(value).ConvertAll(entry => entry.Place.TextOrNull(entry.Element))
        : [place.Filled(value)];

    private static List<byte[]> ReadData(string name, JsonElement value, PolicyPlace place) => name.EndsWith('s')
        ? place.FilledList(value).ConvertAll(entry => entry.Place.Base64OrNull(entry.Element))
        : [place.Base64(value)];

    private static Requirement.Reject Unjudged() =>
        new(Type, "Signatures of sigstore are judged by keys in the policy alone, and it asks for more.");
}
