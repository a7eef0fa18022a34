using OrleansRegistry.Content;
using OrleansRegistry.Oci;

namespace OrleansRegistry.Storage;

/// <inheritdoc cref="IContentReader"/>
public sealed class ContentReader(IDatabase database) : IContentReader
{
    private readonly string _linksFrom = $"""
        select c.key, l.kind, l.digest from content c join manifest_link l on l.manifest_id = c.id
        where c.kind = {Kinds.Manifest} and {database.Dialect.In("c.key", "manifests")}
        """;

    public async Task<Manifest?> FindManifestAsync(Digest digest, CancellationToken cancellationToken)
    {
        var found = await database.QueryAsync(
            new("select media_type, bytes from manifest where digest = @digest", ("digest", digest.ToString())),
            row => new Manifest(digest, row.String(0), row.Bytes(1)),
            cancellationToken);
        return found.SingleOrDefault();
    }

    public async Task<IReadOnlyList<ManifestLink>> LinksFromAsync(
        IReadOnlyCollection<Digest> manifests, CancellationToken cancellationToken) =>
        await database.QueryAsync(
            new(_linksFrom, ("manifests", manifests.Texts())), Rows.Link, cancellationToken);
}
