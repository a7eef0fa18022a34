using System.Text.Json.Nodes;
using OrleansRegistry.Trust;

namespace OrleansRegistry.Management;

/// <summary>Verdicts as JSON.</summary>
internal static class TrustJson
{
    public static JsonObject Of(ImageVerdict verdict) => new()
    {
        ["manifest"] = verdict.Manifest.ToString(),
        ["reference"] = verdict.Reference,
        ["allowed"] = verdict.IsAllowed,
        ["why"] = verdict.Why,
        ["scope"] = verdict.Scope,
        ["requirements"] = new JsonArray([.. verdict.Requirements.Select(Of)]),
    };

    private static JsonObject Of(JudgedRequirement requirement) => new()
    {
        ["type"] = requirement.Type,
        ["met"] = requirement.IsMet,
        ["why"] = requirement.Why,
        ["signatures"] = new JsonArray([.. requirement.Signatures.Select(Of)]),
    };

    private static JsonObject Of(JudgedSignature signature) => new()
    {
        ["form"] = signature.Form,
        ["name"] = signature.Name,
        ["key_id"] = signature.KeyId,
        ["fingerprint"] = signature.Fingerprint,
        ["docker_reference"] = signature.Reference,
        ["identity_rule"] = signature.Rule,
        ["counts"] = signature.Counts,
        ["why"] = signature.Why,
    };
}
