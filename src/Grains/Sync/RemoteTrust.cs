using System.Text;
using System.Text.Json;
using OrleansRegistry.Remotes;
using OrleansRegistry.Signatures;
using OrleansRegistry.Signatures.Cosign;
using OrleansRegistry.Signatures.Policies;

namespace OrleansRegistry.Sync;

/// <inheritdoc cref="IRemoteTrust"/>
internal sealed class RemoteTrust : IRemoteTrust
{
    private const string Keys = "trusted_keys";
    private const string Policy = "signature_policy";

    public void Require(RemoteSettings settings)
    {
        for (var place = 0; place < settings.TrustedKeys?.Count; place++)
            if (!IsKey(settings.TrustedKeys[place]))
                throw Refused(
                    Keys,
                    $"Entry {place + 1} is neither an OpenPGP certificate (gpg --armor --export) nor a public key in PEM "
                    + "(cosign.pub).");
        if (settings.SignaturePolicy is not { } document)
            return;
        if (!SignaturePolicy.TryParse(Encoding.UTF8.GetBytes(document), out _, out var refusal))
            throw Refused(Policy, refusal);
        using var json = JsonDocument.Parse(document);
        if (WhyUnusable(json.RootElement) is { } why)
            throw Refused(Policy, why);
    }

    private static bool IsKey(string text) =>
        CosignPublicKey.TryParse(text, out _)
        || TrustedKeys.Load(Encoding.UTF8.GetBytes(text)).Certificates.Count > 0;

    // What is valid for clients, and nothing that a server can judge.
    private static string? WhyUnusable(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().Select(member => member.Name switch
        {
            "keyPath" or "keyPaths" => "A policy of a remote names no files: give the keys as keyData, in base64.",
            "type" when member.Value.ValueKind is JsonValueKind.String && member.Value.ValueEquals("sigstoreSigned") =>
                WhyUnjudged(element),
            _ => WhyUnusable(member.Value),
        }).FirstOrDefault(why => why is not null),
        JsonValueKind.Array => element.EnumerateArray().Select(WhyUnusable).FirstOrDefault(why => why is not null),
        _ => null,
    };

    private static string? WhyUnjudged(JsonElement sigstoreSigned)
    {
        var members = sigstoreSigned.EnumerateObject().ToDictionary(member => member.Name, member => member.Value);
        if (members.Keys.Except(["type", "keyData", "keyDatas", "signedIdentity"]).Any())
            return "sigstoreSigned is judged by keys alone: give the public keys of cosign as keyData or keyDatas.";
        if (members.ContainsKey("keyData") == members.ContainsKey("keyDatas"))
            return "A sigstoreSigned requirement names exactly one of keyData and keyDatas.";
        return (members.TryGetValue("keyDatas", out var several) ? several.EnumerateArray().ToList() : [members["keyData"]])
            .TrueForAll(key => CosignPublicKey.TryParse(Encoding.UTF8.GetString(key.GetBytesFromBase64()), out _))
                ? null
                : "A key of sigstoreSigned is no public key in PEM (cosign.pub), in base64.";
    }

    private static ProblemException Refused(string field, string why) => new(ProblemKind.FieldInvalid, why, field);
}
