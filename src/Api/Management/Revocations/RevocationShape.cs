using System.Text.Json.Nodes;
using OrleansRegistry.Resources;
using OrleansRegistry.Revocations;

namespace OrleansRegistry.Management;

/// <summary>A revocation, and the repositories of one, in answers.</summary>
internal static class RevocationShape
{
    public static Shape<RevocationRecord> Shape { get; } = new(
        "KeyRevocation",
        [
            .. CommonFields.Of<RevocationRecord>(ResourceKind.KeyRevocation, one => one.Id, one => one.CreatedAt),
            new("number", Schema.Integer.OrNull(), one => one.Number),
            CommonFields.Text<RevocationRecord>("state", one => NameOf(one.State)),
            new("dry_run", Schema.Flag, one => one.IsDryRun),
            CommonFields.TextOrNull<RevocationRecord>("key", one => one.Subject.Fingerprint ?? one.Subject.KeyId),
            CommonFields.TextOrNull<RevocationRecord>("key_id", one => one.Subject.KeyId),
            CommonFields.TextOrNull<RevocationRecord>("fingerprint", one => one.Subject.Fingerprint),
            CommonFields.Text<RevocationRecord>("scope", one => ScopeOf(one.Subject)),
            CommonFields.TextOrNull<RevocationRecord>(
                "image", one => (one.Subject.Image ?? one.Subject.Signatures?.Image)?.ToString()),
            CommonFields.TextOrNull<RevocationRecord>(
                "repository",
                one => one.Subject.Signatures?.Repository is { } id ? Address.Href(ResourceKind.Repository, id) : null),
            new("names", Schema.ListOf(Schema.Text), one => PulpJson.Texts(one.Keys)),
            CommonFields.Text<RevocationRecord>("reason", one => one.Reason),
            CommonFields.Text<RevocationRecord>("ticket", one => one.Ticket),
            Time("effective_from", one => one.EffectiveFrom),
            CommonFields.Text<RevocationRecord>("created_by", one => one.By),
            Time("in_force_at", one => one.InForceAt),
            Time("completed_at", one => one.CompletedAt),
            Time("withdrawn_at", one => one.WithdrawnAt),
            CommonFields.TextOrNull<RevocationRecord>("withdrawn_by", one => one.WithdrawnBy),
            CommonFields.TextOrNull<RevocationRecord>("withdrawn_reason", one => one.WithdrawnReason),
            new("refused", Schema.Integer, one => one.Refused),
            new("repositories", Schema.Object, one => new JsonObject
            {
                ["total"] = one.Tally.Repositories,
                ["done"] = one.Tally.Done,
                ["failed"] = one.Tally.Failed,
            }),
            new("signatures", Schema.Integer, one => one.Tally.Signatures),
            new("images", Schema.Integer, one => one.Tally.Images),
            new("unsigned_images", Schema.Integer, one => one.Tally.UnsignedImages),
        ]);

    public static Shape<RevokedRepository> Repository { get; } = new(
        "KeyRevocationRepository",
        CommonFields.Text<RevokedRepository>(
            "repository", one => Address.Href(ResourceKind.Repository, one.Repository)),
        CommonFields.Text<RevokedRepository>("name", one => one.Name),
        new("signatures", Schema.Integer, one => one.Signatures),
        new("images", Schema.Integer, one => one.Images),
        new("unsigned_images", Schema.Integer, one => one.UnsignedImages),
        CommonFields.NumberOrNull<RevokedRepository>("version_before", one => one.Before),
        CommonFields.NumberOrNull<RevokedRepository>("version_after", one => one.After),
        new("done_at", Schema.Time.OrNull(), one => PulpJson.Time(one.DoneAt)),
        CommonFields.TextOrNull<RevokedRepository>("error", one => one.Error));

    public static Shape<UnsignedImage> UnsignedImage { get; } = new(
        "KeyRevocationUnsignedImage",
        CommonFields.Text<UnsignedImage>("repository", one => Address.Href(ResourceKind.Repository, one.Repository)),
        CommonFields.Text<UnsignedImage>("name", one => one.Name),
        CommonFields.Text<UnsignedImage>("digest", one => one.Digest.ToString()));

    private static Field<RevocationRecord> Time(string name, Func<RevocationRecord, DateTimeOffset?> read) =>
        new(name, Schema.Time.OrNull(), one => PulpJson.Time(read(one)));

    private static string ScopeOf(RevocationSubject subject) =>
        subject.Signatures is not null ? "signatures" : subject.Image is not null ? "image" : "key";

    private static string NameOf(RevocationState state) => state switch
    {
        RevocationState.Planning => "planning",
        RevocationState.DryRun => "dry-run",
        RevocationState.InForce => "in-force",
        RevocationState.Removing => "removing",
        RevocationState.Completed => "completed",
        RevocationState.Withdrawn => "withdrawn",
    };
}
