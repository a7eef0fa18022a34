using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using OrleansRegistry.Events;
using OrleansRegistry.Lists;
using OrleansRegistry.Tasks;

namespace OrleansRegistry.Management.Tests;

/// <summary>Streams of events where events are lost, and where too many want to hear them.</summary>
public sealed class FollowingTests
{
    [Fact]
    public async Task A_task_is_followed_to_its_end_although_every_event_is_lost()
    {
        var told = new List<string>();
        var following = new Following(new Deaf(), new Scripted("running", "running", "completed"), new Hasty());
        await foreach (var sent in following.TaskAsync(
            Guid.NewGuid(), task => new JsonObject { ["state"] = task.State }, CancellationToken.None))
            told.Add(sent.Text);
        Assert.Equal(
            [
                "event: task\ndata: {\"state\":\"running\"}\n\n", ":\n\n",
                "event: task\ndata: {\"state\":\"completed\"}\n\n",
            ],
            told);
    }

    [Fact]
    public async Task A_task_that_is_deleted_meanwhile_ends_its_stream()
    {
        var told = 0;
        await foreach (var _ in new Following(new Deaf(), new Scripted("running"), new Hasty())
            .TaskAsync(Guid.NewGuid(), _ => [], CancellationToken.None))
            told++;
        Assert.Equal(1, told);
    }

    [Fact]
    public async Task A_reader_who_was_too_slow_is_told_how_much_he_missed()
    {
        var source = new Deaf();
        await using var all = new Following(source, new Scripted(), TimeProvider.System)
            .AllAsync(CancellationToken.None).GetAsyncEnumerator();
        Assert.True(await all.MoveNextAsync()); // listens by now
        for (var number = 0; number < Following.MostWaiting + 7; number++)
            source.Feed!.Hear(new VersionCommitted(Guid.Empty, number));
        Assert.True(await all.MoveNextAsync());
        Assert.Equal("event: missed\ndata: {\"count\":7}\n\n", all.Current.Text);
        Assert.True(await all.MoveNextAsync());
        Assert.Contains("\"number\":7}", all.Current.Text);
    }

    [Fact]
    public void Who_has_too_many_streams_open_gets_no_more_until_he_closes_one()
    {
        var streams = new OpenStreams();
        var own = Enumerable.Range(0, OpenStreams.MostPerCaller).Select(_ => streams.Enter(From(1))).ToList();
        Assert.Equal(
            ProblemKind.TooManyRequests, Assert.Throws<ProblemException>(() => streams.Enter(From(1))).Problem.Kind);
        using (streams.Enter(From(2)))
            own[0].Dispose();
        streams.Enter(From(1)).Dispose();
    }

    [Fact]
    public void A_node_holds_so_many_streams_and_no_more()
    {
        var streams = new OpenStreams();
        for (var place = 0; place < OpenStreams.Most; place++)
            streams.Enter(From(place / OpenStreams.MostPerCaller));
        Assert.Throws<ProblemException>(() => streams.Enter(From(1000)));
    }

    private static DefaultHttpContext From(int caller) =>
        new() { Connection = { RemoteIpAddress = new([10, 0, (byte)(caller / 256), (byte)caller]) } };

    /// <summary>A node that hears nothing by itself.</summary>
    private sealed class Deaf : IEventSource
    {
        public EventFeed? Feed { get; private set; }

        public EventFeed Listen(Func<RegistryEvent, bool> wanted, int most) => Feed = new(wanted, most, _ => { });
    }

    /// <summary>A task that is in those states, one at each look; then it is gone.</summary>
    private sealed class Scripted(params string[] states) : IListing<ListedTask>
    {
        private readonly Queue<string> _states = new(states);

        public IReadOnlyList<Filter> Filters => [];

        public IReadOnlyCollection<string> Orders => [];

        public Task<IReadOnlyList<ListedTask>> ListAsync(ListQuery query, CancellationToken cancellationToken) =>
            Task.FromResult<IReadOnlyList<ListedTask>>(_states.TryDequeue(out var state) ? [In(state)] : []);

        public Task<long> CountAsync(Condition condition, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        private static ListedTask In(string state) => new(
            Guid.Empty, "", state, "", null, default, null, null,
            TaskStates.Parse(state).IsFinal ? DateTimeOffset.UnixEpoch : null, null, "[]", [], null, null, null, [], []);
    }

    /// <summary>A clock for which no time is long.</summary>
    private sealed class Hasty : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan due, TimeSpan period) =>
            base.CreateTimer(callback, state, due < TimeSpan.Zero ? due : TimeSpan.Zero, period);
    }
}
