using OrleansRegistry.Access;

namespace OrleansRegistry.Management.Tests;

/// <summary>What a node remembers of rights is a second old at most.</summary>
public sealed class RecentAnswersTests
{
    private readonly HandClock _clock = new();
    private readonly List<TaskCompletionSource<int>> _readings = [];

    private RecentAnswers<string, int> Answers => field ??= new(_clock, _ =>
    {
        _readings.Add(new());
        return _readings[^1].Task;
    });

    [Fact]
    public async Task An_answer_is_read_once_and_given_for_a_second_from_the_beginning_of_the_reading()
    {
        var first = Ask();
        var second = Ask();
        _clock.Advance(TimeSpan.FromMilliseconds(900));
        Assert.Single(_readings).SetResult(1);
        Assert.Equal((1, 1), (await first, await second));
        Assert.Equal(1, await Ask());

        _clock.Advance(TimeSpan.FromMilliseconds(100));
        var third = Ask();
        _readings[1].SetResult(2);
        Assert.Equal(2, await third);
        Assert.Equal(2, _readings.Count);
    }

    [Fact]
    public async Task A_failure_is_not_remembered()
    {
        var first = Ask();
        _readings[0].SetException(new StoreUnavailableException("no", null));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => first);
        var second = Ask();
        _readings[1].SetResult(2);
        Assert.Equal(2, await second);
    }

    [Fact]
    public async Task One_who_goes_away_leaves_the_reading_to_the_others()
    {
        using var gone = new CancellationTokenSource();
        var first = Answers.GetAsync("a", gone.Token).AsTask();
        var second = Ask();
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        Assert.Single(_readings).SetResult(1);
        Assert.Equal(1, await second);
    }

    private Task<int> Ask() => Answers.GetAsync("a", CancellationToken.None).AsTask();
}
