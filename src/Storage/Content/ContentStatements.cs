using System.Text.Json;
using OrleansRegistry.Content;
using OrleansRegistry.Oci;
using OrleansRegistry.SigningKeys;

namespace OrleansRegistry.Storage;

/// <summary>The statements that store manifests and tags: a handful, however many they are. What is there already stays.</summary>
internal sealed class ContentStatements(Dialect dialect)
{
    // Within one statement, rows find each other by comparing each with each; many are looked up in an index instead.
    private const int MostTogether = 8;

    private static readonly string[] ManifestColumns =
        ["digest", "sha256", "media_type", "artifact_type", "annotations", "size", "bytes", .. ManifestDescriber.Columns];

    private readonly string _content = $"""
        insert into content (id, kind, key, created_at, touched_at)
        select r.id, r.kind, r.key, @now, @now from {dialect.Rows("r", "id", "kind", "key")} where true
        on conflict (kind, key) do
        """;

    private readonly string _manifests = $"""
        insert into manifest (content_id, {string.Join(", ", ManifestColumns)})
        select content.id, {string.Join(", ", ManifestColumns.Select(column => $"r.{column}"))}
        from {dialect.Rows("r", ManifestColumns)}
        {dialect.LookUp("content", $"content.kind = {Kinds.Manifest} and content.key = r.digest")} where true
        on conflict do nothing
        """;

    private readonly string _links = $"""
        insert into manifest_link (manifest_id, kind, digest)
        select content.id, r.kind, r.digest from {dialect.Rows("r", "manifest", "kind", "digest")}
        {dialect.LookUp("content", $"content.kind = {Kinds.Manifest} and content.key = r.manifest")} where true
        on conflict do nothing
        """;

    private readonly string _tags = $"""
        insert into tag (content_id, name, manifest_digest)
        select content.id, r.name, r.target from {dialect.Rows("r", "identity", "name", "target")}
        {dialect.LookUp("content", $"content.kind = {Kinds.Tag} and content.key = r.identity")} where true
        on conflict do nothing
        """;

    // What was there already has its rows; so the new ones follow from what is new of the content.
    private readonly string _all = $"""
        insert into manifest (content_id, {string.Join(", ", ManifestColumns)})
          select stored.id, {string.Join(", ", ManifestColumns.Select(column => $"r.{column}"))}
          from {dialect.Rows("r", ManifestColumns)}
          join stored on stored.kind = {Kinds.Manifest} and stored.key = r.digest
          on conflict do nothing),
        linked as (
          insert into manifest_link (manifest_id, kind, digest)
          select stored.id, r.link_kind, r.link_digest from {dialect.Rows("r", "link_manifest", "link_kind", "link_digest")}
          join stored on stored.kind = {Kinds.Manifest} and stored.key = r.link_manifest
          on conflict do nothing)
        insert into tag (content_id, name, manifest_digest)
        select stored.id, r.tag_name, r.tag_target from {dialect.Rows("r", "tag_identity", "tag_name", "tag_target")}
        join stored on stored.kind = {Kinds.Tag} and stored.key = r.tag_identity
        on conflict do nothing
        """;

    /// <param name="manifests">The manifests, each once.</param>
    /// <param name="tags">The tags, each once.</param>
    /// <param name="now">When they came.</param>
    /// <param name="touch">True keeps collection from what is there already as well.</param>
    public IEnumerable<Statement> Store(
        IReadOnlyCollection<DescribedManifest> manifests,
        IReadOnlyCollection<ContentUnit> tags,
        DateTimeOffset now,
        bool touch = false)
    {
        var ids = ContentIds.Next(manifests.Count + tags.Count);

        // In one order: writers that bring the same content wait for each other, and not in a circle.
        (Guid Id, ContentKind Kind, string Key)[] keys =
        [
            .. ids.Zip(manifests, (id, one) => (id, ContentKind.Manifest, Key: one.Manifest.Digest.ToString()))
                .OrderBy(one => one.Key, StringComparer.Ordinal),
            .. ids.Skip(manifests.Count).Zip(tags, (id, tag) => (id, ContentKind.Tag, Key: tag.Identity))
                .OrderBy(one => one.Key, StringComparer.Ordinal),
        ];
        if (keys.Length == 0)
            yield break;
        var content = $"{_content} {(touch ? "update set touched_at = excluded.touched_at, doomed = excluded.doomed" : "nothing")}";
        (string, object?)[] contentRows =
        [
            ("id", keys.Select(key => key.Id).ToArray()),
            ("kind", keys.Select(key => (int)key.Kind).ToArray()),
            ("key", keys.Select(key => key.Key).ToArray()),
            ("now", now),
        ];
        var links = manifests.SelectMany(one => Manifest.LinksOf(one.Manifest.Digest, one.Document)).ToArray();
        var together = dialect.ChangesInsideWith && keys.Length <= MostTogether;
        if (together)
            yield return new(
                $"with stored as (\n{content}\nreturning id, kind, key),\nmade as (\n{_all}",
                [
                    .. contentRows,
                    .. Values(manifests),
                    ("link_manifest", links.Select(link => link.Manifest).Texts()),
                    ("link_kind", links.Select(link => (int)link.Kind).ToArray()),
                    ("link_digest", links.Select(link => link.Digest).Texts()),
                    ("tag_identity", tags.Select(tag => tag.Identity).ToArray()),
                    ("tag_name", tags.Select(tag => tag.Key).ToArray()),
                    ("tag_target", tags.Select(tag => $"{tag.Target}").ToArray()),
                ]);
        else
            yield return Statement.OverRows(content, keys.Length, contentRows);
        if (manifests.Count > 0 && !together)
            yield return Statement.OverRows(_manifests, manifests.Count, Values(manifests));
        if (links.Length > 0 && !together)
            yield return Statement.OverRows(
                _links,
                links.Length,
                ("manifest", links.Select(link => link.Manifest).Texts()),
                ("kind", links.Select(link => (int)link.Kind).ToArray()),
                ("digest", links.Select(link => link.Digest).Texts()));
        (Digest, AttachedKey)[] attached =
        [
            .. manifests.Where(one => one.Attached is not null)
                .SelectMany(one => one.Attached!.Keys, (one, key) => (one.Manifest.Digest, key)),
        ];
        if (attached.Length > 0)
            yield return AttachedRow.InsertBy(dialect, attached);
        if (tags.Count > 0 && !together)
            yield return Statement.OverRows(
                _tags,
                tags.Count,
                ("identity", tags.Select(tag => tag.Identity).ToArray()),
                ("name", tags.Select(tag => tag.Key).ToArray()),
                ("target", tags.Select(tag => $"{tag.Target}").ToArray()));
    }

    private static (string, object?)[] Values(IReadOnlyCollection<DescribedManifest> manifests)
    {
        return
        [
            ("digest", All(one => one.Manifest.Digest.ToString())),
            ("sha256", All(one => one.Manifest.OtherName?.ToString())),
            ("media_type", All(one => one.Manifest.MediaType)),
            ("artifact_type", All(one => one.Document.ReferrerType)),
            ("annotations", All(one => one.Document.Annotations is { Count: > 0 } said ? JsonSerializer.Serialize(said) : null)),
            ("size", All(one => one.Manifest.Bytes.Length)),
            ("bytes", All(one => one.Manifest.Bytes.ToArray())),
            .. ManifestDescriber.Values([.. manifests.Select(one => one.Description)]),
        ];

        T[] All<T>(Func<DescribedManifest, T> read) => [.. manifests.Select(read)];
    }
}
