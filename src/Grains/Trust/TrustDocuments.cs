using System.Text;
using System.Text.Json.Nodes;
using OrleansRegistry.Signatures;
using OrleansRegistry.SigningKeys;

namespace OrleansRegistry.Trust;

/// <inheritdoc cref="ITrustDocuments"/>
internal sealed class TrustDocuments(ISigningKeyStore store) : ITrustDocuments
{
    public string? WhyInvalid(string document)
    {
        try
        {
            TrustPolicies.Open(document);
            return null;
        }
        catch (ProblemException refused)
        {
            return refused.Message;
        }
    }

    // What keyFingerprint named becomes keyData.
    public async Task<string> ForClientsAsync(string document, CancellationToken cancellationToken)
    {
        var keys = (await store.AllAsync(cancellationToken)).ToLookup(key => key.Name.Fingerprint, key => key.PublicKey);
        var policy = JsonNode.Parse(document)!.AsObject();
        foreach (var requirement in RequirementsOf(policy))
            foreach (var member in new[] { "keyFingerprint", "keyFingerprints" })
                if (requirement[member] is { } named)
                {
                    var found = (named as JsonArray ?? [named.DeepClone()])
                        .Select(name => Find(keys, ((string)name!).ToUpperInvariant())).ToList();
                    requirement.Remove(member);
                    if ((string?)requirement["type"] == "signedBy")
                        requirement["keyData"] = Encode(string.Concat(found)); // several in one file
                    else if (found is [var only])
                        requirement["keyData"] = Encode(only);
                    else
                        requirement["keyDatas"] = new JsonArray([.. found.Select(key => JsonValue.Create(Encode(key)))]);
                }

        return policy.ToJsonString(new() { WriteIndented = true }) + "\n";
    }

    public async Task<string> KeyringAsync(string document, CancellationToken cancellationToken)
    {
        var text = new StringBuilder();
        foreach (var data in RequirementsOf(JsonNode.Parse(await ForClientsAsync(document, cancellationToken))!.AsObject())
            .Where(requirement => (string?)requirement["type"] == "signedBy")
            .Select(requirement => Convert.FromBase64String((string)requirement["keyData"]!)).DistinctBy(Convert.ToBase64String))
            foreach (var (_, armor) in TrustedKeys.Split(data))
                text.Append(armor.TrimEnd()).Append('\n');
        return text.ToString();
    }

    private static IEnumerable<JsonObject> RequirementsOf(JsonObject policy)
    {
        var scopes = (policy["transports"] as JsonObject ?? []).SelectMany(transport => transport.Value!.AsObject());
        return scopes.Select(scope => scope.Value!.AsArray()).Append(policy["default"]!.AsArray())
            .SelectMany(list => list.Select(requirement => requirement!.AsObject()));
    }

    private static string Find(ILookup<string?, string> keys, string fingerprint) => keys[fingerprint].FirstOrDefault()
        ?? throw new ProblemException(
            ProblemKind.Conflict,
            $"The policy names the key {fingerprint}, which is not known here: give its public key to signing-keys/ first.",
            fingerprint);

    private static string Encode(string key) => Convert.ToBase64String(Encoding.UTF8.GetBytes(key));
}
