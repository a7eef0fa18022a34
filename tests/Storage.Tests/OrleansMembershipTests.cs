namespace OrleansRegistry.Storage.Tests;

/// <summary>Cluster membership through the texts that Orleans' clustering provider runs.</summary>
public sealed class OrleansMembershipTests(PostgresEngine engine) : IClassFixture<PostgresEngine>
{
    private const int Joining = 1, Active = 3, Dead = 6;
    private static readonly DateTime Start = new(2026, 3, 1, 12, 0, 0, DateTimeKind.Utc);
    private readonly (string, object?) _cluster = ("DeploymentId", $"cluster {Guid.NewGuid()}");

    private OrleansQueries Queries => new(engine.ForOrleans);

    [Fact]
    public async Task The_table_begins_once_at_version_zero_without_members()
    {
        engine.SkipIfAbsent();
        Assert.True(await Queries.DidAsync("InsertMembershipVersionKey", _cluster));
        Assert.False(await Queries.DidAsync("InsertMembershipVersionKey", _cluster));
        var row = Assert.Single(await Queries.RunAsync("MembershipReadAllKey", _cluster));
        Assert.Equal((0L, null), ((long)row["Version"]!, row["StartTime"]));
        row = Assert.Single(await Queries.RunAsync("MembershipReadRowKey", Silo(1)));
        Assert.Equal((0L, null), ((long)row["Version"]!, row["StartTime"]));
    }

    [Fact]
    public async Task Every_change_raises_the_version_and_only_from_the_one_its_author_saw()
    {
        engine.SkipIfAbsent();
        await Queries.DidAsync("InsertMembershipVersionKey", _cluster);
        Assert.True(await JoinAsync(1, version: 0));
        Assert.False(await JoinAsync(2, version: 0));
        Assert.False(await JoinAsync(1, version: 1));
        Assert.True(await JoinAsync(2, version: 1));
        Assert.True(await ChangeAsync(1, Active, version: 2));
        Assert.False(await ChangeAsync(1, Dead, version: 2));
        Assert.False(await ChangeAsync(3, Dead, version: 3));

        var members = await Queries.RunAsync("MembershipReadAllKey", _cluster);
        Assert.Equal(2, members.Count);
        Assert.All(members, row => Assert.Equal(3L, row["Version"]));
        var row = Assert.Single(await Queries.RunAsync("MembershipReadRowKey", Silo(1)));
        Assert.Equal(
            (_cluster.Item2, "10.0.0.1", 11111L, 1L, "silo", "host", (long)Active, 30000L, null, Start),
            (row["DeploymentId"], row["Address"], row["Port"], row["Generation"], row["SiloName"], row["HostName"],
                row["Status"], row["ProxyPort"], row["SuspectTimes"], row["StartTime"]));
    }

    [Fact]
    public async Task Of_silos_that_join_at_the_same_time_one_gets_the_version()
    {
        engine.SkipIfAbsent();
        await Queries.DidAsync("InsertMembershipVersionKey", _cluster);
        var joined = await Task.WhenAll(Enumerable.Range(1, 12).Select(i => Task.Run(() => JoinAsync(i, version: 0))));
        Assert.Single(joined, did => did);
        Assert.Equal(1L, Assert.Single(await Queries.RunAsync("MembershipReadAllKey", _cluster))["Version"]);
    }

    [Fact]
    public async Task A_heartbeat_moves_forward_only_and_leaves_the_version()
    {
        engine.SkipIfAbsent();
        await Queries.DidAsync("InsertMembershipVersionKey", _cluster);
        await JoinAsync(1, version: 0);
        await Queries.RunAsync("UpdateIAmAlivetimeKey", [.. Silo(1), ("IAmAliveTime", Start.AddMinutes(5))]);
        await Queries.RunAsync("UpdateIAmAlivetimeKey", [.. Silo(1), ("IAmAliveTime", Start.AddMinutes(4))]);
        var row = Assert.Single(await Queries.RunAsync("MembershipReadRowKey", Silo(1)));
        Assert.Equal((1L, Start.AddMinutes(5)), ((long)row["Version"]!, row["IAmAliveTime"]));
    }

    [Fact]
    public async Task Gateways_are_the_silos_of_a_status_with_a_proxy_port()
    {
        engine.SkipIfAbsent();
        await Queries.DidAsync("InsertMembershipVersionKey", _cluster);
        await JoinAsync(1, version: 0);
        await JoinAsync(2, version: 1);
        await JoinAsync(3, version: 2, proxyPort: 0);
        await ChangeAsync(1, Active, version: 3);
        await ChangeAsync(3, Active, version: 4);
        var gateway = Assert.Single(await Queries.RunAsync("GatewaysQueryKey", _cluster, ("Status", Active)));
        Assert.Equal(("10.0.0.1", 30000L, 1L), (gateway["Address"], gateway["ProxyPort"], gateway["Generation"]));
    }

    [Fact]
    public async Task Old_rows_of_dead_silos_go_and_others_stay()
    {
        engine.SkipIfAbsent();
        await Queries.DidAsync("InsertMembershipVersionKey", _cluster);
        for (var i = 1; i <= 3; i++)
            await JoinAsync(i, version: i - 1);
        await ChangeAsync(1, Active, version: 3);
        await ChangeAsync(2, Dead, version: 4, suspects: "10.0.0.1:11111@1,2026-03-01 12:00:00.000 GMT");
        await ChangeAsync(3, Dead, version: 5);

        (string, object?)[] times = [("StartTime", Start), ("IAmAliveTime", Start)];
        await Queries.RunAsync("CleanupDefunctSiloEntryKey", [.. Silo(1), .. times, ("SuspectTimes", null)]);
        await Queries.RunAsync("CleanupDefunctSiloEntryKey", [.. Silo(2), .. times, ("SuspectTimes", null)]);
        await Queries.RunAsync("CleanupDefunctSiloEntryKey", [.. Silo(3), .. times, ("SuspectTimes", null)]);
        Assert.Equal([1L, 2L], await GenerationsAsync());

        await Queries.RunAsync("CleanupDefunctSiloEntriesKey", _cluster, ("IAmAliveTime", Start));
        Assert.Equal([1L, 2L], await GenerationsAsync());
        await Queries.RunAsync("CleanupDefunctSiloEntriesKey", _cluster, ("IAmAliveTime", Start.AddSeconds(1)));
        Assert.Equal([1L], await GenerationsAsync());

        await Queries.RunAsync("DeleteMembershipTableEntriesKey", _cluster);
        Assert.Empty(await Queries.RunAsync("MembershipReadAllKey", _cluster));
    }

    private async Task<IEnumerable<object?>> GenerationsAsync() =>
        (await Queries.RunAsync("MembershipReadAllKey", _cluster)).Select(row => row["Generation"]).Order();

    private (string, object?)[] Silo(int number) =>
        [_cluster, ("Address", $"10.0.0.{number}"), ("Port", 11111), ("Generation", number)];

    private Task<bool> JoinAsync(int number, int version, int proxyPort = 30000) => Queries.DidAsync(
        "InsertMembershipKey",
        [.. Silo(number), ("SiloName", "silo"), ("HostName", "host"), ("Status", Joining), ("ProxyPort", proxyPort),
            ("StartTime", Start), ("IAmAliveTime", Start), ("Version", version)]);

    private Task<bool> ChangeAsync(int number, int status, int version, string? suspects = null) => Queries.DidAsync(
        "UpdateMembershipKey",
        [.. Silo(number), ("Status", status), ("SuspectTimes", suspects), ("IAmAliveTime", Start),
            ("Version", version)]);
}
