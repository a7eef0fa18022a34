using OrleansRegistry.Hosting;

namespace OrleansRegistry.Tasks.Tests;

public sealed class BackoffTests
{
    [Theory]
    [InlineData(1, 100)]
    [InlineData(2, 200)]
    [InlineData(5, 1600)]
    [InlineData(11, 60_000)]
    [InlineData(int.MaxValue, 60_000)]
    public void A_pause_doubles_with_each_failure_up_to_a_minute(int failures, int milliseconds) =>
        Assert.InRange(Backoff.After(failures), Whole(milliseconds) / 2, Whole(milliseconds));

    [Fact]
    public void Those_who_failed_together_do_not_come_back_together() =>
        Assert.True(Enumerable.Range(0, 100).Select(_ => Backoff.After(20)).Distinct().Count() > 50);

    private static TimeSpan Whole(int milliseconds) => TimeSpan.FromMilliseconds(milliseconds);
}
