using System.Text.Json.Nodes;
using OrleansRegistry.Content;
using OrleansRegistry.Resources;
using OrleansRegistry.SigningKeys;

namespace OrleansRegistry.Management;

/// <summary>The history of signatures in answers.</summary>
internal static class SignatureHistoryShapes
{
    public static Shape<VersionSignature> InVersion { get; } = new(
        "container.VersionSignature",
        [
            .. Told<VersionSignature>(one => one.Signature),
            new("version_added", Schema.Integer, one => one.Span.Added.Version),
            new("added_at", Schema.Time, one => PulpJson.Time(one.Span.Added.At)),
            CommonFields.HrefOrNull<VersionSignature>("added_by", ResourceKind.Task, one => one.Span.Added.Task),
            CommonFields.NumberOrNull<VersionSignature>("version_removed", one => one.Span.Removed?.Version),
            new("removed_at", Schema.Time.OrNull(), one => PulpJson.Time(one.Span.Removed?.At)),
            new("removed_by", Schema.Object.OrNull(), one => RemovedBy(one.Span.Removed)),
        ]);

    public static Shape<SignatureHistory> OfManifest { get; } = new(
        "container.SignatureHistory",
        [
            .. Told<SignatureHistory>(one => one.Signature),
            new("spans", Schema.ListOf(Schema.Object), one => new JsonArray([.. one.Spans.Select(Span)])),
            new("spans_count", Schema.Integer, one => one.Count),
        ]);

    private static IEnumerable<Field<T>> Told<T>(Func<T, ToldSignature> signature) =>
    [
        CommonFields.Text<T>("signature", one => Address.Href(ResourceKind.Signature, signature(one).Id)),
        CommonFields.Text<T>("name", one => signature(one).Name),
        CommonFields.Text<T>("digest", one => signature(one).Digest.ToString()),
        CommonFields.Text<T>("manifest", one => Address.Href(ResourceKind.Manifest, signature(one).Manifest)),
        CommonFields.Text<T>("manifest_digest", one => signature(one).ManifestDigest.ToString()),
        CommonFields.Text<T>("key_id", one => signature(one).KeyId),
        CommonFields.TextOrNull<T>("fingerprint", one => signature(one).Fingerprint),
        CommonFields.HrefOrNull<T>("signing_key", ResourceKind.SigningKey, one => signature(one).Key),
        new("proven", Schema.Flag, one => signature(one).IsProven),
        new("signed_at", Schema.Time, one => PulpJson.Time(signature(one).SignedAt)),
        CommonFields.TextOrNull<T>("creator", one => signature(one).Creator),
        CommonFields.Text<T>("docker_reference", one => signature(one).Reference),
        new("first_seen", Schema.Time, one => PulpJson.Time(FirstSeen.Of(signature(one).Id))),
        CommonFields.Text<T>("state_then", one => NameOf(signature(one).Then)),
        CommonFields.Text<T>("state_now", one => NameOf(signature(one).Now)),
    ];

    private static JsonNode Span(SignatureSpan span) => new JsonObject
    {
        ["repository"] = Address.Href(ResourceKind.Repository, span.Repository),
        ["version_added"] = span.Added.Version,
        ["added_at"] = PulpJson.Time(span.Added.At),
        ["added_by"] = TaskOf(span.Added),
        ["version_removed"] = span.Removed?.Version,
        ["removed_at"] = PulpJson.Time(span.Removed?.At),
        ["removed_by"] = RemovedBy(span.Removed),
    };

    private static JsonObject? RemovedBy(MadeChange? change) => change is null ? null : new()
    {
        ["task"] = TaskOf(change),
        ["revocation"] = change.Revocation?.Number,
        ["revocation_href"] = change.Revocation is { } one ? Address.Href(ResourceKind.KeyRevocation, one.Id) : null,
    };

    private static string? TaskOf(MadeChange change) =>
        change.Task is { } task ? Address.Href(ResourceKind.Task, task) : null;

    private static string NameOf(KeyState state) => state.ToString().ToLowerInvariant();
}
