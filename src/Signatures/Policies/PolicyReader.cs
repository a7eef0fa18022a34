using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using OrleansRegistry.Signatures.Cosign;
using OrleansRegistry.Signatures.OpenPgp;

namespace OrleansRegistry.Signatures.Policies;

/// <summary>Reads policy.json as strictly as clients do: any doubt makes the whole file invalid.</summary>
internal static class PolicyReader
{
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 16, AllowDuplicateProperties = false };

    public static bool TryRead(
        ReadOnlyMemory<byte> json,
        [NotNullWhen(true)] out SignaturePolicy? policy,
        [NotNullWhen(false)] out string? refusal)
    {
        try
        {
            using var document = JsonDocument.Parse(json, Strict);
            policy = ReadPolicy(document.RootElement);
            refusal = null;
            return true;
        }
        catch (Exception exception) when (exception is JsonException or MalformedException or InvalidOperationException)
        {
            policy = null;
            refusal = exception is MalformedException ? exception.Message : "The policy is not well-formed JSON.";
            return false;
        }
    }

    private static SignaturePolicy ReadPolicy(JsonElement element)
    {
        var policy = new PolicyObject(element, "the policy");
        var requirements = ReadRequirements(policy.Required("default"));
        var docker = new Dictionary<string, IReadOnlyList<Requirement>>();
        if (policy.Optional("transports") is { } transports)
        {
            foreach (var transport in PolicyObject.Members(transports, "transports"))
            {
                foreach (var scope in PolicyObject.Members(transport.Value, transport.Name))
                {
                    if (!Scopes.IsValid(transport.Name, scope.Name))
                        throw new MalformedException(
                            $"The scope '{scope.Name}' is not valid for transport '{transport.Name}'.");
                    var scoped = ReadRequirements(scope.Value);
                    if (transport.Name == "docker")
                        docker[scope.Name] = scoped;
                }
            }
        }
        policy.RequireNoOthers();
        return new(requirements, docker);
    }

    private static List<Requirement> ReadRequirements(JsonElement list)
    {
        if (list.ValueKind != JsonValueKind.Array || list.GetArrayLength() == 0)
            throw new MalformedException("A list of requirements is missing or empty.");
        return [.. list.EnumerateArray().Select(ReadRequirement)];
    }

    private static Requirement ReadRequirement(JsonElement element)
    {
        var requirement = new PolicyObject(element, "a requirement");
        var type = requirement.Text("type");
        if (type == "sigstoreSigned")
            return ReadSigstoreSigned(requirement);
        Requirement read = type switch
        {
            "insecureAcceptAnything" => new Requirement.AcceptAnything(),
            "reject" => new Requirement.Reject(),
            "signedBy" => ReadSignedBy(requirement),
            "signedBaseLayer" => ReadSignedBaseLayer(requirement),
            _ => throw new MalformedException($"The requirement type '{type}' is unknown."),
        };
        requirement.RequireNoOthers();
        return read;
    }

    private static Requirement ReadSignedBy(PolicyObject requirement)
    {
        var keyType = requirement.Text("keyType");
        var keys = ReadKeys(requirement);
        var rule = ReadRule(requirement);
        return keyType switch
        {
            "GPGKeys" => new Requirement.SignedBy(keys, rule),
            "signedByGPGKeys" or "X509Certificates" or "signedByX509CAs" => new Requirement.Reject(),
            _ => throw new MalformedException($"The keyType '{keyType}' is unknown."),
        };
    }

    // Only keys in the policy itself can be judged by; the members of all else stay unread.
    private static Requirement ReadSigstoreSigned(PolicyObject requirement)
    {
        JsonElement? one = requirement.Optional("keyData"), several = requirement.Optional("keyDatas");
        if (one is null == several is null)
            return new Requirement.Reject();
        var rule = ReadRule(requirement);
        if (requirement.HasOthers)
            return new Requirement.Reject();
        var keys = one is { } single ? [single]
            : several is { ValueKind: JsonValueKind.Array } list && list.GetArrayLength() > 0 ? list.EnumerateArray().ToList()
            : throw new MalformedException("The keyDatas are not a list of texts.");
        return new Requirement.SigstoreSigned([.. keys.Select(ReadPublicKey).OfType<CosignPublicKey>()], rule);
    }

    // Clients read keys when they judge: what is none signed nothing.
    private static CosignPublicKey? ReadPublicKey(JsonElement base64) =>
        base64.ValueKind == JsonValueKind.String && base64.TryGetBytesFromBase64(out var pem)
            ? CosignPublicKey.TryParse(Encoding.UTF8.GetString(pem), out var key) ? key : null
            : throw new MalformedException("The keyData is not base64.");

    private static IdentityRule ReadRule(PolicyObject requirement) =>
        requirement.Optional("signedIdentity") is { } identity ? IdentityRuleReader.Read(identity) : IdentityRule.Default;

    private static Requirement.Reject ReadSignedBaseLayer(PolicyObject requirement)
    {
        IdentityRuleReader.Read(requirement.Required("baseLayerIdentity"));
        return new();
    }

    private static KeySource ReadKeys(PolicyObject requirement)
    {
        var path = requirement.Optional("keyPath");
        var paths = requirement.Optional("keyPaths");
        var data = requirement.Optional("keyData");
        if (new[] { path, paths, data }.Count(source => source is not null) != 1)
            throw new MalformedException("A signedBy requirement names exactly one of keyPath, keyPaths and keyData.");
        if (data is { } base64)
            return base64.ValueKind == JsonValueKind.String && base64.TryGetBytesFromBase64(out var bytes)
                ? new([], bytes)
                : throw new MalformedException("The keyData is not base64.");
        if (path is { } single)
            return single.ValueKind == JsonValueKind.String && single.GetString() is { Length: > 0 } text
                ? new([text], null)
                : throw new MalformedException("The keyPath is empty.");
        return paths is { ValueKind: JsonValueKind.Array } list
            && list.EnumerateArray().All(item => item.ValueKind == JsonValueKind.String)
            ? new([.. list.EnumerateArray().Select(item => item.GetString()!)], null)
            : throw new MalformedException("The keyPaths are not a list of texts.");
    }
}
