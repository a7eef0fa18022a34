using OrleansRegistry.Content;
using OrleansRegistry.Repositories;
using OrleansRegistry.Tasks;

namespace OrleansRegistry.Signing;

/// <summary>What a campaign has come to, and the progress that it shows.</summary>
internal sealed class SigningTally(TaskContext context, int total)
{
    private readonly Lock _gate = new();
    private readonly List<SignatureKey> _keys = [];
    private readonly List<CosignSignature> _forTags = [];
    private readonly List<Attachment> _referrers = [];
    private readonly List<SigningFailure> _failures = [];
    private int _done;
    private int _made;

    /// <summary>The keys of all signatures that count.</summary>
    public IReadOnlyCollection<SignatureKey> Keys => _keys;

    public IReadOnlyCollection<CosignSignature> ForTags => _forTags;

    public IReadOnlyCollection<Attachment> Referrers => _referrers;

    public bool HasFailures => _failures.Count > 0;

    public bool IsNothingSigned => _done == 0;

    public Task AddAsync(SignedChunk chunk, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            _keys.AddRange(chunk.Keys.Select(SignatureKey.Parse));
            _forTags.AddRange(chunk.ForTags);
            _referrers.AddRange(chunk.Referrers);
            _failures.AddRange(chunk.Failures);
            _done += chunk.Done;
            _made += chunk.Made;
        }

        return ReportAsync(ProgressReport.Running, cancellationToken);
    }

    /// <summary>Tells of one that was signed, and cannot be attached to its image.</summary>
    public void Fail(SigningFailure failure)
    {
        lock (_gate)
        {
            if (_failures.Contains(failure))
                return; // told in an earlier round
            _failures.Add(failure);
            _done--;
        }
    }

    public Task EndAsync(CancellationToken cancellationToken) =>
        ReportAsync(ProgressReport.Completed, cancellationToken);

    /// <summary>What could not be signed, by name.</summary>
    public ProblemException Failed(string outcome)
    {
        var named = SomeNames.Of(
            [.. _failures.Select(failure => $"{failure.Manifest} ({failure.Reference}): {failure.Why}")], "; ", "; and ");
        return new(
            ProblemKind.SignatureInvalid,
            $"{_failures.Count} of {total} signatures could not be made; {outcome}. {named}",
            _failures[0].Manifest);
    }

    private async Task ReportAsync(
        Func<string, string, long, long?, ProgressReport> report, CancellationToken cancellationToken)
    {
        int signed, made, failed;
        lock (_gate)
            (signed, made, failed) = (_done, _made, _failures.Count);
        await context.ReportAsync(report("Signing images", "sign.images", signed + failed, total), cancellationToken);
        await context.ReportAsync(report("Signatures made", "sign.made", made, null), cancellationToken);
        if (failed > 0)
            await context.ReportAsync(report("Images that failed", "sign.failed", failed, null), cancellationToken);
    }
}
