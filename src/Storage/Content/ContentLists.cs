using OrleansRegistry.Content;
using OrleansRegistry.Lists;
using OrleansRegistry.Resources;

namespace OrleansRegistry.Storage;

/// <summary>The lists of blobs, tags and signatures, and of all content alike.</summary>
internal static class ContentLists
{
    private static readonly string[] Algorithms = ["md5", "sha1", "sha224", "sha256", "sha384", "sha512"];

    public static Definition<ContentRecord> All(Dialect dialect, TimeSpan grace, TimeProvider clock) => new()
    {
        From = "content t",
        Key = "t.id",
        Newest = "t.id desc",
        Select = $"select t.id, t.kind, t.created_at, {LabelColumn.OfContent(dialect, "t.id")} from content t",
        IsOfCatalogue = true,
        Filters =
        [
            .. Filters.Identity(
                "t.id", ResourceKind.Blob, ResourceKind.Manifest, ResourceKind.Tag, ResourceKind.Signature),
            .. Membership.Filters("t.id", null, grace, clock),
            new(new("pulp_type", FilterType.Text) { Scope = FilterScope.Generic }, (_, values) => OfKinds(values))
            {
                Number = (_, values) => Tally.Of(TablesOf(values)),
            },
            new(
                new("pulp_type__in", FilterType.Text) { Scope = FilterScope.Generic, IsList = true },
                (_, values) => OfKinds(values))
            {
                Number = (_, values) => Tally.Of(TablesOf(values)),
            },
        ],
        IsWithheld = (sql, withheld) => $"""
            (t.id in (select w.content_id from signature w where {WithheldRows.Signatures(sql, "w", withheld.Keys)})
              or t.id in (select w.content_id from manifest w where {WithheldRows.Digests(sql, "w.digest", withheld)})
              or t.id in (select w.content_id from tag w where {WithheldRows.Digests(sql, "w.manifest_digest", withheld)}))
            """,
        Orders = Ordering("t.id"),
        Read = row => new(row.Guid(0), (ContentKind)row.Int32(1), LabelColumn.Read(row, 3), row.Time(2)),
    };

    public static Definition<BlobRecord> Blobs(Dialect dialect, TimeSpan grace, TimeProvider clock) => new()
    {
        From = "blob t join content c on c.id = t.content_id",
        Key = "t.content_id",
        Newest = "t.content_id desc",
        Select = $"""
            select c.id, {LabelColumn.OfContent(dialect, "c.id")}, c.created_at, c.key, t.size, t.promised
            from blob t join content c on c.id = t.content_id
            """,
        Number = Tally.Of("blob"),
        IsOfCatalogue = true,
        Filters =
        [
            .. Filters.Identity("t.content_id", ResourceKind.Blob, ResourceKind.Artifact),
            .. Membership.Filters("t.content_id", ContentKind.Blob, grace, clock),
            Filters.Text("digest", "c.key"),
            Filters.Texts("digest__in", "c.key"),
            .. Algorithms.Select(Hash),
            new(
                new("promised", FilterType.Flag) { Scope = FilterScope.Internal },
                (sql, values) => $"t.promised = {sql.Value(values[0])}"),
        ],
        Orders = Ordering("t.content_id", ("digest", "c.key"), ("sha256", "c.key"), ("size", "t.size")),
        Read = row => new(row.Guid(0), LabelColumn.Read(row, 1), row.Time(2), row.Digest(3), row.Int64(4), row.Bool(5)),
    };

    public static Definition<TagRecord> Tags(Dialect dialect, TimeSpan grace, TimeProvider clock) => new()
    {
        From = "tag t",
        Key = "t.content_id",
        Newest = "t.content_id desc",
        Select = $"""
            select c.id, {LabelColumn.OfContent(dialect, "c.id")}, c.created_at, t.name, m.content_id
            from tag t join content c on c.id = t.content_id left join manifest m on m.digest = t.manifest_digest
            """,
        Number = Tally.Of("tag"),
        IsOfCatalogue = true,
        Filters =
        [
            .. Filters.Identity("t.content_id", ResourceKind.Tag),
            .. Membership.Filters("t.content_id", ContentKind.Tag, grace, clock),
            Filters.Text("name", "t.name"),
            Filters.Texts("name__in", "t.name"),
            Filters.EitherTexts("digest", "t.manifest_digest"),
            new(
                new("media_type", FilterType.Text) { IsList = true, IsEither = true },
                (sql, values) => $"""
                    t.manifest_digest in (select f.digest from manifest f
                      where {Filters.AnyText(sql, "f.media_type", values)})
                    """),
        ],
        IsWithheld = (sql, withheld) => WithheldRows.Digests(sql, "t.manifest_digest", withheld),
        Orders = Ordering("t.content_id", ("name", "t.name")),
        Read = row => new(row.Guid(0), LabelColumn.Read(row, 1), row.Time(2), row.Tag(3), row.GuidOrNull(4)),
    };

    public static Definition<SignatureRecord> Signatures(Dialect dialect, TimeSpan grace, TimeProvider clock) => new()
    {
        From = "signature t",
        Key = "t.content_id",
        Newest = "t.content_id desc",
        Select = $"""
            select c.id, {LabelColumn.OfContent(dialect, "c.id")}, c.created_at, t.name, t.digest, t.key_id,
              t.fingerprint, t.signed_at, t.creator, m.content_id
            from signature t join content c on c.id = t.content_id join manifest m on m.digest = t.manifest_digest
            """,
        Number = Tally.Of("signature"),
        IsOfCatalogue = true,
        Filters =
        [
            .. Filters.Identity("t.content_id", ResourceKind.Signature),
            .. Membership.Filters("t.content_id", ContentKind.Signature, grace, clock),
            .. Filters.Names("name", "t.name").Select(ByManifest),
            Filters.Text("digest", "t.digest"),
            Filters.Texts("digest__in", "t.digest"),
            Filters.Text("key_id", "t.key_id") with { Number = Tally.OfKeys },
            Filters.Texts("key_id__in", "t.key_id") with { Number = Tally.OfKeys },
            Filters.Text("fingerprint", "t.fingerprint"),
            Filters.EitherTexts("manifest", "t.manifest_digest"),
        ],
        IsWithheld = (sql, withheld) => WithheldRows.Signatures(sql, "t", withheld.Keys),
        Orders = Ordering(
            "t.content_id", ("name", "t.name"), ("digest", "t.digest"), ("key_id", "t.key_id"),
            ("fingerprint", "t.fingerprint"), ("timestamp", "t.signed_at"), ("creator", "t.creator")),
        Read = row => new(
            row.Guid(0), LabelColumn.Read(row, 1), row.Time(2), row.String(3), row.Digest(4), row.String(5),
            row.StringOrNull(6), row.Time(7), row.StringOrNull(8), row.Guid(9)),
    };

    // A name begins with the digest of its manifest, and that is what has an index.
    private static SqlFilter ByManifest(SqlFilter names) => names.Declared.Name is not ("name" or "name__in")
        ? names
        : names with
        {
            Condition = (sql, values) =>
                $"{names.Condition(sql, values)} and "
                + Filters.AnyText(
                    sql, "t.manifest_digest",
                    [.. values.Cast<string>().Select(name =>
                        SignatureKey.TryParse(name, out var key) ? key.Manifest.ToString() : name)]),
        };

    // The ids of content are given in the order of its creation.
    public static Dictionary<string, string> Ordering(string id, params (string Field, string Column)[] more) =>
        more.Concat([("pk", id), ("pulp_id", id), ("pulp_created", id), ("pulp_last_updated", id)])
            .ToDictionary(pair => pair.Item1, pair => pair.Item2);

    private static SqlFilter Hash(string algorithm) => new(
        new(algorithm, FilterType.Text) { Scope = FilterScope.Internal },
        (sql, values) => $"c.key = {sql.Value($"{algorithm}:{values[0]}")}");

    private static string OfKinds(IReadOnlyList<object?> types)
    {
        var kinds = TablesOf(types).Select(table => $"select content_id from {table}");
        return $"t.id in ({string.Join(" union all ", kinds.DefaultIfEmpty("select id from content where false"))})";
    }

    private static IEnumerable<string> TablesOf(IReadOnlyList<object?> types) =>
        from kind in Enum.GetValues<ContentKind>()
        where types.Contains($"container.{kind.ToString().ToLowerInvariant()}")
        select Tables.Of(kind);
}
