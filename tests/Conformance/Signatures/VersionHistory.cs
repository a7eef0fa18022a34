using System.Data.Common;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace OrleansRegistry.Conformance;

/// <summary>The versions of a repository, read from the catalogue behind the server's back.</summary>
internal static class VersionHistory
{
    private const string Versions = """
        select v.number, v.removed_manifests, v.removed_tags, v.removed_signatures, v.added_signatures,
          v.present_manifests, v.present_tags, v.present_signatures
        from repository_version v join distribution d on d.repository_id = v.repository_id
        where d.base_path = @name order by v.number
        """;

    /// <summary>All versions, from 0 on.</summary>
    public static async Task<IReadOnlyList<Version>> ReadAsync(Site site, TestRepository repository)
    {
        await using var connection = Connect(site);
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = Versions;
        var name = command.CreateParameter();
        (name.ParameterName, name.Value) = ("@name", repository.Name);
        command.Parameters.Add(name);
        await using var rows = await command.ExecuteReaderAsync();
        var versions = new List<Version>();
        while (await rows.ReadAsync())
        {
            var numbers = Enumerable.Range(0, 8).Select(rows.GetInt32).ToArray();
            versions.Add(new(
                numbers[0], numbers[4], new(numbers[1], numbers[2], numbers[3]), new(numbers[5], numbers[6], numbers[7])));
        }

        Assert.Equal(Enumerable.Range(0, versions.Count), versions.Select(version => version.Number));
        return versions;
    }

    /// <summary>The newest one.</summary>
    public static async Task<Version> LatestAsync(Site site, TestRepository repository) =>
        (await ReadAsync(site, repository))[^1];

    private static DbConnection Connect(Site site) => site.ConnectionString is { } postgres
        ? new NpgsqlConnection(postgres)
        : new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = Path.Combine(site.DataDirectory, "registry.db"),
            Mode = SqliteOpenMode.ReadOnly,
            Pooling = false,
        }.ConnectionString);

    internal sealed record Version(int Number, int AddedSignatures, Counts Removed, Counts Present);

    internal sealed record Counts(int Manifests, int Tags, int Signatures);
}
