using System.Diagnostics;
using System.Globalization;

namespace OrleansRegistry.Bench.Management;

/// <summary>Pages of lists over HTTP, and beside each the query that somebody would write by hand.</summary>
internal static class Lists
{
    private const int Times = 31;

    // Enough for the runtime to compile what is hot.
    private const int Warming = 60;

    private const int PerPage = 100;

    public static async Task MeasureAsync(Server server, Catalogue catalogue, Scale scale)
    {
        Console.WriteLine("| list | page | HTTP, ms | page and count by SQL, ms | ratio | page alone by SQL, ms | ratio |");
        Console.WriteLine("| --- | ---: | ---: | ---: | ---: | ---: | ---: |");
        const string Signatures = $"""
            select t.content_id, c.created_at, t.name, t.digest, t.key_id, t.fingerprint, t.signed_at, t.creator, m.content_id
            from signature t join content c on c.id = t.content_id join manifest m on m.digest = t.manifest_digest
            where t.key_id = '{Seed.KeyOfOne}' order by t.content_id desc
            """;
        foreach (var page in new[] { 1, 1000 })
            await CompareAsync(
                "signatures by key", page, PerPage, $"/pulp/api/v3/content/container/signatures/?key_id={Seed.KeyOfOne}",
                Signatures, $"select count(*) from signature where key_id = '{Seed.KeyOfOne}'");
        await CompareAsync(
            "signatures by key and name", 1, PerPage,
            $"/pulp/api/v3/content/container/signatures/?key_id={Seed.KeyOfOne}&name__contains=0",
            Signatures.Replace("order by", "and t.name like '%0%' order by", StringComparison.Ordinal),
            $"select count(*) from signature where key_id = '{Seed.KeyOfOne}' and name like '%0%'");
        var version = $"/pulp/api/v3/repositories/container/container/{Seed.Repository(scale.Repositories)}/versions/1/";
        var held = $"""
            content_id in (select h.content_id from repository_content h where h.kind = 2
              and h.repository_id = {catalogue.Id(5, $"{scale.Repositories}")}
              and h.version_added <= 1 and (h.version_removed is null or h.version_removed > 1))
            """;
        await CompareAsync(
            "manifests of a version", 1, PerPage, $"/pulp/api/v3/content/container/manifests/?repository_version={version}",
            $"""
            select t.content_id, c.created_at, t.digest, t.media_type, t.annotations, t.type, t.architecture, t.os, t.labels
            from manifest t join content c on c.id = t.content_id where t.{held} order by t.content_id desc
            """,
            $"select count(*) from manifest where {held}");
        const string Repositories = """
            select id, name, description, remote_id, retain_repo_versions, retain_checkpoints, head, created_at, updated_at
            from repository order by id desc
            """;
        var few = Math.Max(1, scale.Repositories / 1000);
        await CompareAsync(
            "repositories", 1, PerPage, "/pulp/api/v3/repositories/?", Repositories, "select count(*) from repository");
        await CompareAsync(
            $"repositories, {few} a page", 1000, few, "/pulp/api/v3/repositories/?", Repositories, "select count(*) from repository");

        var empty = await MedianAsync(() => server.Http.GetByteArrayAsync("/pulp/api/v3/repositories/?name=none"));
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"\nA list of nothing, which is what HTTP itself costs: {empty:N1} ms"));

        async Task CompareAsync(string name, int page, int limit, string path, string select, string count)
        {
            var offset = (page - 1) * limit;
            var sql = $"{select} limit {limit} offset {offset}";
            var http = await MedianAsync(() => server.Http.GetByteArrayAsync($"{path}&limit={limit}&offset={offset}"));
            var alone = await MedianAsync(() => catalogue.ReadAsync(sql));
            var both = alone + await MedianAsync(() => catalogue.ReadAsync(count));
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {name} | {page:N0} | {http:N1} | {both:N1} | {http / both:N2} | {alone:N1} | {http / alone:N2} |"));
        }
    }

    /// <summary>A version of a small repository and one of the repository that holds all manifests.</summary>
    public static async Task MeasureVersionsAsync(Server server, Scale scale)
    {
        foreach (var (name, number) in new[] { ("few", 0), ($"{scale.Manifests:N0}", scale.Repositories) })
        {
            var path = $"/pulp/api/v3/repositories/container/container/{Seed.Repository(number)}/versions/1/";
            var took = await MedianAsync(() => server.Http.GetByteArrayAsync(path));
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"A version of a repository with {name} manifests: {took:N1} ms"));
        }
    }

    public static async Task<double> MedianAsync<T>(Func<Task<T>> work, int times = Times)
    {
        var took = new List<double>();
        for (var i = -Warming; i < times; i++)
        {
            var began = Stopwatch.GetTimestamp();
            await work();
            if (i >= 0)
                took.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
        }

        took.Sort();
        return took[took.Count / 2];
    }
}
