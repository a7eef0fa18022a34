using OrleansRegistry.Signing;

namespace OrleansRegistry.Revocations;

/// <summary>
/// The gate of a node. What it answers, the catalogue has confirmed within the last half of a second: a node that heard
/// nothing, was cut off or stood still has nothing to answer, and asks first. While it is asked, it renews what it knows
/// before that runs out, so that pulls do not wait.
/// </summary>
/// <remarks>
/// A confirmation counts from the moment at which it was asked for. Time is told by both clocks, whichever went further:
/// one stands still with a machine that sleeps, the other is set by people.
/// </remarks>
public sealed class RevocationGate(IRevocationStore store, TimeProvider clock) : ISignatureGate
{
    private static readonly TimeSpan Lease = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Renewal = TimeSpan.FromMilliseconds(200);

    // Then the catalogue counts as out of reach, for those who wait.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly Lock _lock = new();

    private volatile Confirmation _known = new(Withheld.Nothing, default, HasRunOut: true);
    private Flight? _flight;

    /// <summary>After this time, nothing that any node knew before is left: its lease, and how exact clocks are.</summary>
    public static TimeSpan LongestLease { get; } = Lease + TimeSpan.FromMilliseconds(50);

    public ValueTask<Withheld> AskAsync(CancellationToken cancellationToken)
    {
        var known = _known;
        var age = known.HasRunOut ? TimeSpan.MaxValue : AgeOf(known.Asked);
        if (age < Renewal)
            return new(known.Withheld);
        if (age >= Lease)
            return ConfirmAsync(Now, known, cancellationToken);
        Fly();
        return new(known.Withheld);
    }

    public ValueTask<Withheld> ConfirmAsync(CancellationToken cancellationToken) =>
        ConfirmAsync(Now, null, cancellationToken);

    /// <summary>Lets go of what is known: something has changed.</summary>
    public void Forget() => _known = _known with { HasRunOut = true };

    // What was asked for after the question came is an answer to it, however long it takes; so is what is not old yet,
    // where nothing is said to have changed.
    private async ValueTask<Withheld> ConfirmAsync(
        Moment asked, Confirmation? known, CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                var flight = Fly();
                if (await flight.Landed.WaitAsync(Patience, clock, cancellationToken) is not { } found)
                    return Unconfirmed();
                if (flight.Asked.Ticks >= asked.Ticks || (known is { HasRunOut: false } && AgeOf(flight.Asked) < Lease))
                    return found.Withheld;
            }
        }
        catch (TimeoutException)
        {
            return Unconfirmed();
        }
    }

    // What was known last is still withheld.
    private Withheld Unconfirmed() => _known.Withheld.Unconfirmed();

    // One question at a time, for all who wait.
    private Flight Fly()
    {
        lock (_lock)
        {
            if (_flight is { Landed.IsCompleted: false } flying)
                return flying;
            var asked = Now;
            return _flight = new(asked, Task.Run(() => ReadAsync(asked)));
        }
    }

    private async Task<Confirmation?> ReadAsync(Moment asked)
    {
        try
        {
            var known = _known;
            var epoch = await store.EpochAsync();
            var withheld = epoch == known.Withheld.Epoch ? known.Withheld : await store.WithheldAsync();
            var confirmed = new Confirmation(withheld, asked, HasRunOut: false);
            Keep(confirmed);
            return confirmed;
        }
        catch (StoreUnavailableException)
        {
            return null;
        }
    }

    private void Keep(Confirmation confirmed)
    {
        lock (_lock)
            if (confirmed.Asked.Ticks >= _known.Asked.Ticks)
                _known = confirmed;
    }

    private Moment Now => new(clock.GetTimestamp(), clock.GetUtcNow());

    private TimeSpan AgeOf(Moment moment)
    {
        var (elapsed, shown) = (clock.GetElapsedTime(moment.Ticks), clock.GetUtcNow() - moment.Shown);
        return elapsed > shown ? elapsed : shown;
    }

    private readonly record struct Moment(long Ticks, DateTimeOffset Shown);

    private sealed record Confirmation(Withheld Withheld, Moment Asked, bool HasRunOut);

    private sealed record Flight(Moment Asked, Task<Confirmation?> Landed);
}
