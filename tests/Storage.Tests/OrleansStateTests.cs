namespace OrleansRegistry.Storage.Tests;

/// <summary>Grain state through the texts that Orleans' storage provider runs.</summary>
public abstract class OrleansStateTests(Engine engine)
{
    private readonly (string, object?)[] _grain =
    [
        ("GrainIdHash", -5), ("GrainIdN0", 0L), ("GrainIdN1", 0L), ("GrainTypeHash", 11), ("GrainTypeString", "cursor"),
        ("GrainIdExtensionString", $"task/{Guid.NewGuid()}"), ("ServiceId", "registry"),
    ];

    [Fact]
    public async Task A_state_is_written_read_cleared_and_written_again()
    {
        Assert.Null(await ReadAsync());
        Assert.Equal(1L, await WriteAsync(null, 1));
        Assert.Equal(2L, await WriteAsync(1, 2));
        Assert.Equal((2L, 2), await ReadAsync());

        Assert.Equal(3L, await VersionAsync("ClearStorageKey", 2));
        Assert.Equal((3L, null), await ReadAsync());
        Assert.Equal(4L, await WriteAsync(3, 4));
        Assert.Equal(5L, await VersionAsync("DeleteStorageKey", 4));
        Assert.Null(await ReadAsync());
    }

    [Fact]
    public async Task Whoever_saw_an_older_version_changes_nothing()
    {
        await WriteAsync(null, 1);
        await WriteAsync(1, 2);
        Assert.Null(await WriteAsync(1, 9));
        Assert.Null(await WriteAsync(null, 9));
        Assert.Null(await VersionAsync("ClearStorageKey", 1));
        Assert.Null(await VersionAsync("DeleteStorageKey", 1));
        Assert.Equal((2L, 2), await ReadAsync());
    }

    [Fact]
    public async Task Of_first_writes_at_the_same_time_one_wins()
    {
        var written = await Task.WhenAll(Enumerable.Range(0, 16).Select(i => Task.Run(() =>
            WriteAsync(null, (byte)i))));
        Assert.Equal(1L, Assert.Single(written, version => version is not null));
        Assert.Equal(1L, (await ReadAsync())!.Value.Version);
    }

    [Fact]
    public async Task Of_writes_from_one_version_at_the_same_time_one_wins()
    {
        await WriteAsync(null, 1);
        var written = await Task.WhenAll(Enumerable.Range(0, 16).Select(i => Task.Run(() => WriteAsync(1, (byte)i))));
        Assert.Equal(2L, Assert.Single(written, version => version is not null));
    }

    [Fact]
    public async Task A_key_without_extension_and_another_state_name_are_states_of_their_own()
    {
        var id = Random.Shared.NextInt64();
        (string, object?)[] numbered =
            [.. _grain.Select(part => part.Item1 switch
            {
                "GrainIdN1" => ("GrainIdN1", id),
                "GrainIdExtensionString" => ("GrainIdExtensionString", null),
                _ => part,
            })];
        (string, object?)[] other = [.. numbered.Select(part => part.Item1 == "GrainTypeString"
            ? ("GrainTypeString", "other") : part)];
        Assert.Equal(1L, await WriteAsync(numbered, null, 1));
        Assert.Equal(1L, await WriteAsync(other, null, 2));
        Assert.Equal(2L, await WriteAsync(numbered, 1, 3));
        Assert.Equal((2L, 3), await ReadAsync(numbered));
        Assert.Equal((1L, 2), await ReadAsync(other));
    }

    [Fact]
    public async Task Every_key_that_the_providers_ask_for_is_there()
    {
        engine.SkipIfAbsent();
        string[] wanted =
        [
            "WriteToStorageKey", "ReadFromStorageKey", "ClearStorageKey", "DeleteStorageKey", "UpsertReminderRowKey",
            "ReadReminderRowKey", "ReadReminderRowsKey", "ReadRangeRows1Key", "ReadRangeRows2Key",
            "DeleteReminderRowKey", "DeleteReminderRowsKey",
        ];
        Assert.Subset((await new OrleansQueries(engine.ForOrleans).KeysAsync()).ToHashSet(), wanted.ToHashSet());
    }

    private Task<long?> WriteAsync(int? version, byte payload) => WriteAsync(_grain, version, payload);

    private Task<long?> WriteAsync((string, object?)[] grain, int? version, byte payload) =>
        VersionAsync("WriteToStorageKey", [.. grain, ("GrainStateVersion", version),
            ("PayloadBinary", new[] { payload })]);

    private Task<long?> VersionAsync(string key, int version) =>
        VersionAsync(key, [.. _grain, ("GrainStateVersion", version)]);

    private async Task<long?> VersionAsync(string key, (string, object?)[] parameters)
    {
        engine.SkipIfAbsent();
        var rows = await new OrleansQueries(engine.ForOrleans).RunAsync(key, parameters);
        return rows.Count == 0 ? null : (long?)Assert.Single(rows)["NewGrainStateVersion"];
    }

    private Task<(long Version, int? Payload)?> ReadAsync() => ReadAsync(_grain);

    private async Task<(long Version, int? Payload)?> ReadAsync((string, object?)[] grain)
    {
        engine.SkipIfAbsent();
        var rows = await new OrleansQueries(engine.ForOrleans).RunAsync("ReadFromStorageKey", grain);
        if (rows.Count == 0)
            return null;
        var row = Assert.Single(rows);
        return ((long)row["Version"]!, ((byte[]?)row["PayloadBinary"])?[0]);
    }

    public sealed class OnPostgres(PostgresEngine engine) : OrleansStateTests(engine), IClassFixture<PostgresEngine>;

    public sealed class OnSqlite(SqliteEngine engine) : OrleansStateTests(engine), IClassFixture<SqliteEngine>;
}
