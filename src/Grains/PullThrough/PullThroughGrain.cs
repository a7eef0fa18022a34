using OrleansRegistry.Hosting;
using OrleansRegistry.Oci;

namespace OrleansRegistry.PullThrough;

/// <inheritdoc cref="IPullThroughGrain"/>
/// <remarks>
/// It keeps the line, and remembers the last answer; the work is done off its scheduler, and goes on where nobody waits any
/// more. What it remembers dies with its node: then the upstream is asked sooner.
/// </remarks>
internal sealed class PullThroughGrain(PulledReferences references, RestingGrains resting, TimeProvider clock)
    : Grain, IPullThroughGrain
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(25);
    private static readonly TimeSpan LongestWork = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan LongestMemory = TimeSpan.FromDays(1);

    private Task<Problem?>? _asking;
    private Task? _following;
    private (Problem? Problem, long At, TimeSpan For)? _answer;

    public async Task<Problem?> BringAsync()
    {
        if (_answer is { } known && clock.GetElapsedTime(known.At) < known.For)
            return known.Problem;
        if (_asking is not { IsCompleted: false } asking)
            asking = _asking = AskAsync();
        return await Task.WhenAny(asking, Task.Delay(LongestWait)) == asking
            ? await asking
            : new(
                ProblemKind.UpstreamFailed, "The upstream takes its time; it is still being asked. Pull again in a while.",
                this.GetPrimaryKeyString());
    }

    private async Task<Problem?> AskAsync()
    {
        DelayDeactivation(LongestWork);
        var (name, reference) = Wanted();
        using var stop = new CancellationTokenSource(LongestWork);
        var at = clock.GetTimestamp();
        var pulled = await Task.Run(() => references.PullAsync(name, reference, stop.Token));

        _answer = (pulled.Problem, at, pulled.Lasts);
        DelayDeactivation(pulled.Lasts < LongestMemory ? pulled.Lasts : LongestMemory);
        if (pulled.Problem is not null)
            resting.Add(GrainContext, () => _answer is { Problem: not null } && _asking is { IsCompleted: true });
        if (pulled.Follow is { } follow && _following is not { IsCompleted: false })
            _following = Task.Run(follow);
        return pulled.Problem;
    }

    private (RepositoryName Name, Reference? Reference) Wanted()
    {
        var parts = this.GetPrimaryKeyString().Split(':', 2);
        return (RepositoryName.Parse(parts[0]), parts[1] switch
        {
            "" => null,
            var text => Digest.TryParse(text, out var digest) ? Reference.To(digest) : Reference.To(Tag.Parse(text)),
        });
    }
}
