using OrleansRegistry.Storage;

namespace OrleansRegistry.Testing;

/// <summary>Counts a repository's versions again from its rows, in the database, and compares.</summary>
public static class Recount
{
    private const string Versions = """
        select number,
          added_blobs, added_manifests, added_tags, added_signatures,
          removed_blobs, removed_manifests, removed_tags, removed_signatures,
          present_blobs, present_manifests, present_tags, present_signatures
        from repository_version where repository_id = @repository order by number
        """;

    private const string Rows = """
        select kind, version_added, version_removed from repository_content where repository_id = @repository
        """;

    /// <summary>Fails unless numbers have no gap, end at the head, and every count is the count of the rows.</summary>
    public static async Task AssertAsync(IDatabase database, Guid repository)
    {
        int head;
        IReadOnlyList<int[]> versions;
        IReadOnlyList<(int Kind, int Added, int? Removed)> rows;
        do
        {
            head = await HeadAsync();
            versions = await database.QueryAsync(
                new(Versions, ("repository", repository)),
                row => Enumerable.Range(0, 13).Select(row.Int32).ToArray());
            rows = await database.QueryAsync(
                new(Rows, ("repository", repository)),
                row => (row.Int32(0), row.Int32(1), row.Int32OrNull(2)));
        }
        while (await HeadAsync() != head); // somebody still writes

        async Task<int> HeadAsync() => Assert.Single(await database.QueryAsync(
            new("select head from repository where id = @repository", ("repository", repository)), row => row.Int32(0)));

        Assert.Equal(Enumerable.Range(0, head + 1), versions.Select(version => version[0]));
        Assert.All(rows, row => Assert.True(row.Added < (row.Removed ?? int.MaxValue)));
        var (added, removed) = (new int[head + 2, 4], new int[head + 2, 4]);
        foreach (var row in rows)
        {
            added[row.Added, row.Kind - 1]++;
            removed[row.Removed ?? head + 1, row.Kind - 1]++;
        }

        var present = new int[4];
        foreach (var version in versions)
            for (var kind = 0; kind < 4; kind++)
            {
                var number = version[0];
                present[kind] += added[number, kind] - removed[number, kind];
                Assert.Equal(
                    (added[number, kind], removed[number, kind], present[kind]),
                    (version[1 + kind], version[5 + kind], version[9 + kind]));
            }
    }
}
