namespace OrleansRegistry.Management.Tests;

/// <summary>A clock that goes on when a test says so.</summary>
internal sealed class HandClock : TimeProvider
{
    private long _now = DateTimeOffset.UnixEpoch.AddYears(56).Ticks;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => _now;

    public override DateTimeOffset GetUtcNow() => new(_now, TimeSpan.Zero);

    public void Advance(TimeSpan time) => _now += time.Ticks;
}
