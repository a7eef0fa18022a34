using OrleansRegistry.Content;
using OrleansRegistry.Oci;
using OrleansRegistry.Signing;

namespace OrleansRegistry.Storage;

/// <inheritdoc cref="ISignableReader"/>
public sealed class SignableReader(IDatabase database) : ISignableReader
{
    private readonly string _children = $"""
        select m.digest, l.kind, l.digest from manifest m join manifest_link l on l.manifest_id = m.content_id
        where l.kind = {Links.Child} and {database.Dialect.In("m.digest", "manifests")}
        """;

    private readonly string _held = $"""
        select m.digest, coalesce(m.sha256, m.digest) from repository_content rc
        join manifest m on m.content_id = rc.content_id
        where rc.repository_id = @repository and rc.kind = {Kinds.Manifest} and rc.version_removed is null
        and {database.Dialect.In("rc.key", "manifests")}
        """;

    /// <summary>A condition: the manifest m is no signature nor attestation, in the forms of cosign and notation.</summary>
    internal const string IsNoVoucher = """
        coalesce(m.type, '') not in ('cosign_signature', 'cosign_attestation', 'cosign_attestation_bundle')
        and coalesce(m.artifact_type, '') <> 'application/vnd.cncf.notary.signature'
        """;

    private const string All = $"""
        select m.digest from repository_content rc
        join manifest m on m.content_id = rc.content_id
        where rc.repository_id = @repository and rc.kind = {Kinds.Manifest} and rc.version_removed is null
        and {IsNoVoucher}
        """;

    public async Task<IReadOnlyList<Digest>> AllAsync(Guid repository, CancellationToken cancellationToken) =>
        await database.QueryAsync(new(All, ("repository", repository)), row => row.Digest(0), cancellationToken);

    public async Task<IReadOnlyList<ManifestLink>> ChildrenAsync(
        IReadOnlyCollection<Digest> manifests, CancellationToken cancellationToken) =>
        await database.QueryAsync(
            new(_children, ("manifests", manifests.Texts())), Rows.Link, cancellationToken);

    public async Task<IReadOnlyDictionary<Digest, Digest>> HeldAsync(
        Guid repository, IReadOnlyCollection<Digest> manifests, CancellationToken cancellationToken)
    {
        var held = await database.QueryAsync(
            new(_held, ("repository", repository), ("manifests", manifests.Texts())),
            row => (Digest: row.Digest(0), Sha256: row.Digest(1)),
            cancellationToken);
        return held.ToDictionary(manifest => manifest.Digest, manifest => manifest.Sha256);
    }

    public async Task<IReadOnlyList<string>> BasePathsOfAsync(Guid manifest, CancellationToken cancellationToken) =>
        await database.QueryAsync(
            new(
                """
                select distinct d.base_path from repository_content rc
                join distribution d on d.repository_id = rc.repository_id
                where rc.content_id = @manifest and (
                  (d.pinned_version is null and rc.version_removed is null)
                  or (rc.version_added <= d.pinned_version
                    and (rc.version_removed is null or rc.version_removed > d.pinned_version)))
                order by d.base_path
                """,
                ("manifest", manifest)),
            row => row.String(0),
            cancellationToken);

    public async Task<(Digest Manifest, Digest Sha256)?> FindAsync(
        Guid manifest, CancellationToken cancellationToken)
    {
        var found = await database.QueryAsync(
            new("select digest, coalesce(sha256, digest) from manifest where content_id = @id", ("id", manifest)),
            row => (row.Digest(0), row.Digest(1)),
            cancellationToken);
        return found.Count == 0 ? null : found[0];
    }
}
