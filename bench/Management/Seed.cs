namespace OrleansRegistry.Bench.Management;

/// <summary>How much there is: manifests have five signatures each by four keys in turn, and every other one has a tag.</summary>
internal sealed record Scale(int Repositories, int Manifests)
{
    public int Signatures => Manifests * 5;

    public int Tags => Manifests / 2;
}

/// <summary>Fills an empty catalogue by SQL. The last repository holds all manifests, the others their share.</summary>
internal static class Seed
{
    public const string KeyOfOne = "00000000000000A1";

    public static async Task FillAsync(Catalogue catalogue, Scale scale)
    {
        foreach (var sql in Statements(catalogue, scale))
            await catalogue.RunAsync(sql);
        await catalogue.RunAsync(catalogue.IsPostgres ? "vacuum analyze" : "analyze"); // as autovacuum does within minutes
    }

    /// <summary>The id of a repository, as addresses show it.</summary>
    public static Guid Repository(int number) => new($"{(5L << 40) + number:x32}");

    private static IEnumerable<string> Statements(Catalogue to, Scale scale)
    {
        var (manifest, signature, tag, repository) = (to.Id(2, "i"), to.Id(4, "i"), to.Id(3, "i"), to.Id(5, "i"));
        var digest = $"'sha256:' || {to.Hex("i", 64)}";
        var signed = $"'sha256:' || {to.Hex("i / 5", 64)}";
        var signatureKey = $"{signed} || '@' || {to.Hex("i", 64)}";
        yield return Content(2, manifest, digest, scale.Manifests);
        yield return $"""
            insert into manifest (content_id, digest, media_type, size, bytes, described, type, layers_size)
            {Numbers(scale.Manifests)} select {manifest}, {digest}, 'application/vnd.oci.image.manifest.v1+json', 1,
              {to.Bytes}, {to.Yes}, 'image', 1 from n
            """;
        yield return Content(4, signature, signatureKey, scale.Signatures);
        yield return $"""
            insert into signature (
              content_id, manifest_digest, digest, name, key_id, fingerprint, signed_at, creator, reference, size, bytes)
            {Numbers(scale.Signatures)} select {signature}, {signed}, {digest}, {signed} || '@' || {to.Hex("i", 32)},
              '00000000000000A' || (i % 4), null, {to.Now}, 'bench', 'bench', 1, {to.Bytes} from n
            """;
        var aimed = $"'sha256:' || {to.Hex("i * 2", 64)}";
        yield return Content(3, tag, $"'t' || i || '@' || {aimed}", scale.Tags);
        yield return $"""
            insert into tag (content_id, name, manifest_digest)
            {Numbers(scale.Tags)} select {tag}, 't' || i, {aimed} from n
            """;
        yield return $"""
            insert into repository (id, name, head, last_number, created_at, updated_at)
            {Numbers(scale.Repositories + 1)} select {repository}, 'repository-' || i, 1, 1, {to.Now}, {to.Now} from n
            """;
        foreach (var number in new[] { 0, 1 })
            yield return $"""
                insert into repository_version (
                  {(to.IsPostgres ? "" : "id, ")}repository_id, number, created_at,
                  added_blobs, added_manifests, added_tags, added_signatures,
                  removed_blobs, removed_manifests, removed_tags, removed_signatures,
                  present_blobs, present_manifests, present_tags, present_signatures)
                {Numbers(scale.Repositories + 1)} select
                  {(to.IsPostgres ? "" : $"{to.Id(6 + number, "i")}, ")}{repository}, {number}, {to.Now}, 0, 0, 0, 0, 0, 0, 0, 0,
                  0, {number} * (case when i = {scale.Repositories} then {scale.Manifests} else {scale.Manifests / scale.Repositories} end),
                  {number} * (case when i = {scale.Repositories} then 0 else {scale.Tags / scale.Repositories} end),
                  {number} * (case when i = {scale.Repositories} then 0 else {scale.Signatures / scale.Repositories} end) from n
                """;
        yield return Held(2, Share(to, "i", scale), digest, "null", manifest, scale.Manifests);
        yield return Held(2, to.Id(5, $"{scale.Repositories}"), digest, "null", manifest, scale.Manifests);
        yield return Held(4, Share(to, "(i / 5)", scale), signatureKey, signed, signature, scale.Signatures);
        yield return Held(3, Share(to, "(i * 2)", scale), "'t' || i", aimed, tag, scale.Tags);
        yield return """
            insert into key_use (repository_id, key_id, fingerprint, signatures, manifests, first_seen, last_seen)
            select rc.repository_id, s.key_id, '', count(*), count(distinct s.manifest_digest), min(c.created_at),
              max(c.created_at)
            from repository_content rc join signature s on s.content_id = rc.content_id
            join content c on c.id = rc.content_id
            where rc.kind = 4 group by rc.repository_id, s.key_id
            """;

        string Content(int kind, string id, string key, int count) => $"""
            insert into content (id, kind, key, created_at, touched_at)
            {Numbers(count)} select {id}, {kind}, {key}, {to.Now}, {to.Now} from n
            """;

        string Held(int kind, string of, string key, string target, string id, int count) => $"""
            insert into repository_content (repository_id, kind, key, target, content_id, version_added)
            {Numbers(count)} select {of}, {kind}, {key}, {target}, {id}, 1 from n
            """;
    }

    private static string Share(Catalogue to, string manifest, Scale scale) => to.Id(5, $"({manifest} % {scale.Repositories})");

    private static string Numbers(int count) =>
        $"with recursive n(i) as (select 0 union all select i + 1 from n where i < {count - 1})";
}
