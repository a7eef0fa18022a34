using System.Diagnostics.Metrics;
using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using OrleansRegistry.Access;
using OrleansRegistry.Journal;
using OrleansRegistry.Oci;
using OrleansRegistry.Registry;
using OrleansRegistry.Storage;

namespace OrleansRegistry.Management.Tests;

/// <summary>How a node brings pulls into the journal.</summary>
public sealed class PullJournalTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly HandClock _clock = new();
    private readonly KeptPulls _store = new();
    private readonly Guid _repository = Guid.NewGuid();

    [Fact]
    public async Task What_is_pulled_is_written_without_anybody_asking()
    {
        using var journal = Journal(TimeProvider.System);
        await journal.StartAsync(CancellationToken.None);
        journal.Record(Pull("image"));
        await _store.Written.WaitAsync(Patience);
        await journal.StopAsync(CancellationToken.None);
        Assert.Equal(1, _store.Count("image"));
    }

    [Fact]
    public async Task What_a_node_has_not_written_yet_is_written_when_it_stops()
    {
        using var journal = Journal();
        await journal.StartAsync(CancellationToken.None);
        journal.Record(Pull("image"));
        journal.Record(Pull("image"));
        await journal.StopAsync(CancellationToken.None);
        Assert.Equal(2, _store.Count("image"));
    }

    [Fact]
    public async Task A_node_stops_although_the_journal_cannot_be_written()
    {
        using var journal = Journal();
        await journal.StartAsync(CancellationToken.None);
        journal.Record(Pull("image"));
        _store.IsAway = true;
        await journal.StopAsync(CancellationToken.None).WaitAsync(Patience);
    }

    [Fact]
    public async Task What_could_not_be_written_is_written_later_together_with_what_came_since()
    {
        using var journal = Journal();
        journal.Record(Pull("image"));
        _store.IsAway = true;
        await Assert.ThrowsAsync<DatabaseUnavailableException>(() => journal.FlushAsync(CancellationToken.None));
        journal.Record(Pull("image"));
        journal.Record(Pull("other"));

        _store.IsAway = false;
        await journal.FlushAsync(CancellationToken.None);
        Assert.Equal((2, 1), (_store.Count("image"), _store.Count("other")));
        await journal.FlushAsync(CancellationToken.None);
        Assert.Equal((2, 1), (_store.Count("image"), _store.Count("other")));
    }

    [Fact]
    public async Task A_pull_that_comes_while_others_are_written_waits_for_nothing_and_is_written_next()
    {
        using var journal = Journal();
        journal.Record(Pull("image"));
        var held = _store.Hold();
        var flush = journal.FlushAsync(CancellationToken.None);
        journal.Record(Pull("image"));
        Assert.False(flush.IsCompleted);
        held.SetResult();
        await flush;
        Assert.Equal(1, _store.Count("image"));
        await journal.FlushAsync(CancellationToken.None);
        Assert.Equal(2, _store.Count("image"));
    }

    [Fact]
    public async Task Where_there_is_no_room_pulls_are_left_out_and_counted()
    {
        const int Most = PullJournal.MostWaiting, More = 5;
        using var unrecorded = new Counted("registry.pulls.unrecorded");
        using var journal = Journal();
        for (var image = 0; image < Most + More; image++)
            journal.Record(Pull($"{image}"));
        Assert.Equal(More, unrecorded.Sum);

        await journal.FlushAsync(CancellationToken.None);
        Assert.Equal(Most, _store.Pulls);
        Assert.True(_store.Batches > 1);
        journal.Record(Pull($"{Most}"));
        await journal.FlushAsync(CancellationToken.None);
        Assert.Equal((Most + 1, More), (_store.Pulls, unrecorded.Sum));
    }

    [Fact]
    public async Task A_journal_that_is_off_takes_note_of_nothing()
    {
        using var journal = Journal(days: 0);
        journal.Record(Pull("image"));
        await journal.FlushAsync(CancellationToken.None);
        Assert.Equal(0, _store.Pulls);
    }

    private PullJournal Journal(TimeProvider? clock = null, int days = 90) => new(
        _store, Options.Create(new JournalOptions { Days = days }), clock ?? new StillTimers(_clock),
        NullLogger<PullJournal>.Instance);

    private Pull Pull(string image) => new(
        Images.DigestOf(image), _repository, RepositoryName.Parse("team/app"), null, Caller.Anonymous, IPAddress.Loopback);

    /// <summary>Timers that never tick: what is written is what a test asks for.</summary>
    private sealed class StillTimers(HandClock clock) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => clock.GetUtcNow();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            System.CreateTimer(callback, state, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>What a counter of the registry counted meanwhile; other tests of this process do not touch it.</summary>
    private sealed class Counted : IDisposable
    {
        private readonly MeterListener _listener = new();
        private long _sum;

        public Counted(string name)
        {
            _listener.InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Name == name)
                    listener.EnableMeasurementEvents(instrument);
            };
            _listener.SetMeasurementEventCallback<long>((_, value, _, _) => Interlocked.Add(ref _sum, value));
            _listener.Start();
        }

        public long Sum => Interlocked.Read(ref _sum);

        public void Dispose() => _listener.Dispose();
    }
}
