using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using OrleansRegistry.Signatures.Cosign;
using OrleansRegistry.Signatures.OpenPgp;

namespace OrleansRegistry.Signatures.Policies;

/// <summary>Reads policy.json as strictly as clients do: any doubt makes the whole file invalid.</summary>
internal sealed class PolicyReader(PolicyDialect dialect)
{
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 16, AllowDuplicateProperties = false };

    private static readonly string[] OfCertificatesAndLogs =
    [
        "fulcio", "pki", "rekorPublicKeyPath", "rekorPublicKeyPaths", "rekorPublicKeyData", "rekorPublicKeyDatas",
    ];

    public bool TryRead(
        ReadOnlyMemory<byte> json,
        [NotNullWhen(true)] out SignaturePolicy? policy,
        [NotNullWhen(false)] out string? refusal)
    {
        policy = null;
        try
        {
            using var document = JsonDocument.Parse(json, Strict);
            policy = ReadPolicy(document.RootElement);
            refusal = null;
            return true;
        }
        catch (MalformedException malformed)
        {
            refusal = malformed.Message;
        }
        catch (JsonException exception)
        {
            refusal = exception is { LineNumber: { } line, BytePositionInLine: { } place }
                ? $"At line {line + 1}, byte {place + 1}: the policy is not well-formed JSON."
                : "The policy names a member of one object twice.";
        }
        catch (InvalidOperationException)
        {
            refusal = "The policy has a text that is not valid Unicode.";
        }

        return false;
    }

    private SignaturePolicy ReadPolicy(JsonElement element)
    {
        var policy = new PolicyObject(element, PolicyPlace.Root);
        var requirements = ReadRequirements(policy.Required("default"), policy.At("default"));
        var docker = new Dictionary<string, IReadOnlyList<Requirement>>();
        if (policy.Optional("transports") is { } transports)
            foreach (var transport in PolicyObject.Members(transports, policy.At("transports")))
            {
                var place = policy.At("transports").Member(transport.Name);
                foreach (var scope in PolicyObject.Members(transport.Value, place))
                {
                    if (!Scopes.IsValid(transport.Name, scope.Name))
                        throw place.Member(scope.Name).Fault($"this is no scope of the transport '{transport.Name}'");
                    var scoped = ReadRequirements(scope.Value, place.Member(scope.Name));
                    if (transport.Name == "docker")
                        docker[scope.Name] = scoped;
                }
            }

        policy.RequireNoOthers();
        return new(requirements, docker);
    }

    private List<Requirement> ReadRequirements(JsonElement list, PolicyPlace place)
    {
        var entries = place.Entries(list).ToList();
        return entries.Count > 0
            ? entries.ConvertAll(entry => ReadRequirement(entry.Element, entry.Place))
            : throw place.Fault("a list of requirements is not empty");
    }

    private Requirement ReadRequirement(JsonElement element, PolicyPlace place)
    {
        var requirement = new PolicyObject(element, place);
        var type = requirement.Text("type");
        Requirement read = type switch
        {
            "insecureAcceptAnything" => new Requirement.AcceptAnything(),
            "reject" => new Requirement.Reject(type, "The policy takes no image here."),
            "signedBy" => ReadSignedBy(requirement),
            "sigstoreSigned" => ReadSigstoreSigned(requirement),
            "signedBaseLayer" => ReadSignedBaseLayer(requirement),
            _ => throw requirement.At("type").Fault($"the requirement type '{type}' is unknown"),
        };
        requirement.RequireNoOthers();
        return read;
    }

    private Requirement ReadSignedBy(PolicyObject requirement)
    {
        var keyType = requirement.Text("keyType");
        var keys = ReadCertificates(requirement);
        var rule = ReadRule(requirement);
        return keyType switch
        {
            "GPGKeys" => new Requirement.SignedBy(keys, rule),
            "signedByGPGKeys" or "X509Certificates" or "signedByX509CAs" => Never(
                "signedBy", $"Keys of the type '{keyType}' are implemented nowhere"),
            _ => throw requirement.At("keyType").Fault($"the keyType '{keyType}' is unknown"),
        };
    }

    private KeySource ReadCertificates(PolicyObject requirement)
    {
        var (name, value) = dialect is PolicyDialect.Client
            ? requirement.OneOf("keyPath", "keyPaths", "keyData")
            : OneByValue(requirement, "keyPath", "keyPaths", "keyData");
        var place = requirement.At(name);
        switch (name)
        {
            case "keyPath":
                return new KeySource.Files([place.Filled(value)]);
            case "keyPaths":
                return new KeySource.Files([.. place.Entries(value).Select(entry => entry.Place.TextOrNull(entry.Element))]);
            case "keyData":
                var keys = TrustedKeys.Load(place.Base64(value));
                return keys.Certificates.Count > 0 || dialect is PolicyDialect.Client
                    ? new KeySource.OpenPgp(keys)
                    : throw place.Fault("no OpenPGP certificate is in this");
            default:
                return ReadNames(name, value, place);
        }
    }

    private Requirement ReadSigstoreSigned(PolicyObject requirement)
    {
        if (dialect is PolicyDialect.Client)
            return SigstoreReader.Read(requirement, ReadRule(requirement));

        foreach (var unjudged in OfCertificatesAndLogs)
            if (requirement.Optional(unjudged) is not null)
                throw requirement.At(unjudged).Fault(
                    "signatures are judged by keys alone here: give public keys as keyData or keyDatas");
        var (name, value) = OneByValue(requirement, "keyPath", "keyPaths", "keyData", "keyDatas");
        return new Requirement.SigstoreSigned(
            name.StartsWith("keyF", StringComparison.Ordinal)
                ? ReadNames(name, value, requirement.At(name))
                : ReadPublicKeys(value, requirement.At(name)),
            ReadRule(requirement));
    }

    private static KeySource.Cosign ReadPublicKeys(JsonElement value, PolicyPlace place) =>
        new((place.Path.EndsWith('s') ? place.FilledList(value) : [(value, place)])
            .ConvertAll(entry => ReadPublicKey(entry.Element, entry.Place)));

    private static CosignPublicKey ReadPublicKey(JsonElement base64, PolicyPlace place) =>
        CosignPublicKey.TryParse(Encoding.UTF8.GetString(place.Base64(base64)), out var key)
            ? key
            : throw place.Fault("this is no public key in PEM (cosign.pub), in base64");

    private (string Name, JsonElement Value) OneByValue(PolicyObject requirement, params ReadOnlySpan<string> ofClients)
    {
        var found = requirement.OneOf(
            dialect is PolicyDialect.Server ? [.. ofClients, "keyFingerprint", "keyFingerprints"] : ofClients);
        return found.Name is "keyPath" or "keyPaths"
            ? throw requirement.At(found.Name).Fault(
                "a policy that a server judges by names no files: give the keys by value, as keyData in base64"
                + (dialect is PolicyDialect.Server ? ", or by keyFingerprint" : ""))
            : found;
    }

    private static KeySource.Named ReadNames(string name, JsonElement value, PolicyPlace place) =>
        new((name == "keyFingerprints" ? place.FilledList(value) : [(value, place)])
            .ConvertAll(entry => ReadFingerprint(entry.Element, entry.Place)));

    private static string ReadFingerprint(JsonElement element, PolicyPlace place) =>
        place.Text(element) is { Length: 40 or 64 } text && text.All(char.IsAsciiHexDigit)
            ? text.ToUpperInvariant()
            : throw place.Fault("this is no fingerprint: 40 or 64 hex digits");

    private static Requirement.Reject ReadSignedBaseLayer(PolicyObject requirement)
    {
        const string member = "baseLayerIdentity";
        IdentityRuleReader.Read(requirement.Required(member), requirement.At(member));
        return Never("signedBaseLayer", "Signed base layers are implemented nowhere");
    }

    private static IdentityRule ReadRule(PolicyObject requirement) =>
        requirement.Optional("signedIdentity") is { } identity
            ? IdentityRuleReader.Read(identity, requirement.At("signedIdentity"))
            : IdentityRule.Default;

    private static Requirement.Reject Never(string type, string why) => new(type, $"{why}, so no image can be taken.");
}
