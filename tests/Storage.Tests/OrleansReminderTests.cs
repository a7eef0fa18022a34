namespace OrleansRegistry.Storage.Tests;

/// <summary>Reminders through the texts that Orleans' reminder provider runs.</summary>
public abstract class OrleansReminderTests(Engine engine)
{
    private static readonly DateTime Start = new DateTime(2026, 3, 1, 12, 0, 0, DateTimeKind.Utc).AddTicks(1_234_560);
    private readonly string _service = $"service {Guid.NewGuid()}";

    private OrleansQueries Queries => new(engine.ForOrleans);

    [Fact]
    public async Task A_reminder_is_set_changed_read_and_removed()
    {
        engine.SkipIfAbsent();
        var grain = "repository/" + new string('n', 400);
        var version = await SetAsync(grain, "resume", 7, 60_000);
        Assert.Equal(version + 1, await SetAsync(grain, "resume", 7, 120_000L));
        await SetAsync(grain, "other", 7, 60_000);

        var row = Assert.Single(await Queries.RunAsync("ReadReminderRowKey", Of(grain, "resume")));
        Assert.Equal((grain, "resume", Start, 120_000L, version + 1),
            (row["GrainId"], row["ReminderName"], row["StartTime"], row["Period"], row["Version"]));
        Assert.Equal(2, (await Queries.RunAsync("ReadReminderRowsKey", ("ServiceId", _service),
            ("GrainId", grain))).Count);

        Assert.False(await Queries.DidAsync("DeleteReminderRowKey", [.. Of(grain, "resume"),
            ("Version", (int)version)]));
        Assert.True(await Queries.DidAsync("DeleteReminderRowKey", [.. Of(grain, "resume"),
            ("Version", (int)version + 1)]));
        Assert.False(await Queries.DidAsync("DeleteReminderRowKey", [.. Of(grain, "resume"),
            ("Version", (int)version + 1)]));
        Assert.Empty(await Queries.RunAsync("ReadReminderRowKey", Of(grain, "resume")));

        await Queries.RunAsync("DeleteReminderRowsKey", ("ServiceId", _service));
        Assert.Empty(await Queries.RunAsync("ReadReminderRowsKey", ("ServiceId", _service), ("GrainId", grain)));
    }

    [Fact]
    public async Task Ranges_exclude_their_begin_include_their_end_and_wrap_around()
    {
        engine.SkipIfAbsent();
        foreach (var hash in new[] { int.MinValue, -10, 0, 10, int.MaxValue })
            await SetAsync($"grain/{hash}", "resume", hash, 60_000);

        Assert.Equal(["grain/0", "grain/10"], await RangeAsync("ReadRangeRows1Key", -10, 10));
        Assert.Equal(
            ["grain/-10", $"grain/{int.MinValue}", $"grain/{int.MaxValue}"],
            await RangeAsync("ReadRangeRows2Key", 10, -10));
    }

    private async Task<IEnumerable<object?>> RangeAsync(string key, int begin, int end) =>
        (await Queries.RunAsync(key, ("ServiceId", _service), ("BeginHash", begin), ("EndHash", end)))
            .Select(row => row["GrainId"]).OrderBy(grain => (string?)grain, StringComparer.Ordinal);

    private (string, object?)[] Of(string grain, string name) =>
        [("ServiceId", _service), ("GrainId", grain), ("ReminderName", name)];

    private async Task<long> SetAsync(string grain, string name, int hash, object period) =>
        (long)Assert.Single(await Queries.RunAsync(
            "UpsertReminderRowKey",
            [.. Of(grain, name), ("StartTime", Start), ("Period", period), ("GrainHash", hash)]))["Version"]!;

    public sealed class OnPostgres(PostgresEngine engine) : OrleansReminderTests(engine), IClassFixture<PostgresEngine>;

    public sealed class OnSqlite(SqliteEngine engine) : OrleansReminderTests(engine), IClassFixture<SqliteEngine>;
}
