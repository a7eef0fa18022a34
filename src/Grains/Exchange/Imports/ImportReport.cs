using System.Text.Json.Nodes;
using OrleansRegistry.Bundles;
using OrleansRegistry.Resources;

namespace OrleansRegistry.Exchange;

/// <summary>What is told of an import: what the bundle was, what became of each repository, and what was left out.</summary>
internal static class ImportReport
{
    /// <summary>JSON.</summary>
    public static string Write(
        IOutsideNames names,
        BundleReader bundle,
        IReadOnlyList<ImportTarget> found,
        ImportIntake intake,
        IReadOnlyList<RevokedSubject> revoked,
        bool areAccepted) => new JsonObject
        {
            ["bundle"] = bundle.Document.Id,
            ["kind"] = bundle.Document.Kind.ToString().ToLowerInvariant(),
            ["made_at"] = bundle.Document.CreatedAt,
            ["made_by"] = bundle.Signer.Fingerprint,
            ["files"] = bundle.Document.Entries.Count,
            ["bytes"] = bundle.Document.Entries.Bytes,
            ["repositories"] = new JsonArray([.. found.Select(target => new JsonObject
            {
                ["name"] = target.Source.Name,
                ["here"] = target.Name,
                ["version_there"] = target.Source.Version,
                ["task"] = target.IsTaken ? names.PathOf(new(ResourceKind.Task, target.Gathering)) : null,
                ["refused"] = target.Refusal,
            })]),
            ["signatures"] = bundle.Document.Entries.Signatures,
            ["signatures_refused"] = intake.Refused,
            ["signatures_malformed"] = intake.Malformed,
            ["notes"] = new JsonArray([.. intake.Notes.Select(note => JsonValue.Create(note))]),
            ["revocations_not_here"] = new JsonArray([.. revoked.Select(one => new JsonObject
            {
                ["number"] = one.Number,
                ["keys"] = new JsonArray([.. one.Keys.Select(key => JsonValue.Create(key))]),
                ["image"] = one.Image,
            })]),
            ["revocations_accepted"] = areAccepted,
        }.ToJsonString();
}
