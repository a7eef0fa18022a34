using OrleansRegistry.Repositories;
using OrleansRegistry.Tasks;

namespace OrleansRegistry.Revocations;

/// <summary>
/// Takes what is revoked out of every repository whose newest version holds it, each by one version of its own. What is to
/// be done lies in the catalogue: whoever goes on after a node was lost finds what is left, and repeats nothing.
/// </summary>
internal sealed class RevocationHandler(
    IGrainFactory grains, IRevocationStore store, RevocationReports reports, TimeProvider clock) : ITaskHandler
{
    private const int PageSize = 256;
    private const int AtOnce = 16;

    // Until a dead node is known to be dead, its repositories answer nobody: ten seconds at most.
    private const int MostRounds = 15;

    private static readonly TimeSpan BetweenRounds = TimeSpan.FromSeconds(2);

    public string Kind => RevocationTasks.Kind;

    public bool IsLong => true;

    public async Task RunAsync(TaskContext context, CancellationToken cancellationToken)
    {
        var order = context.Read<RevocationOrder>();
        await grains.KeyRevocation(order.Wish.Subject).RevokeAsync(order);
        await store.PlanAsync(order.Wish.Id, cancellationToken);
        if (!order.Wish.IsDryRun)
            await RemoveAsync(context, order.Wish, cancellationToken);
        await store.CompleteAsync(order.Wish.Id, cancellationToken);
        await reports.SealAsync(order.Wish.Id, cancellationToken);
        context.Result = TaskJson.Write(new Revoked(order.Wish.Id));
    }

    // What one round could not do, the next one tries; and what was committed while the decision was made is found then.
    private async Task RemoveAsync(TaskContext context, RevocationWish wish, CancellationToken cancellationToken)
    {
        for (var round = 1; ; round++)
        {
            var failed = await RemoveOnceAsync(context, wish, cancellationToken);
            var isMore = await store.PlanAsync(wish.Id, cancellationToken) > 0;
            if (failed == 0 && !isMore)
                return;
            if (failed > 0 && round == MostRounds)
                throw new ProblemException(
                    ProblemKind.Outdated,
                    $"{failed} repositories still hold what is revoked, and serve none of it; what stopped each is listed with "
                    + "the revocation. Mend that, and have it go on: resume/.");
            if (failed > 0)
                await Task.Delay(BetweenRounds, clock, cancellationToken);
        }
    }

    private async Task<int> RemoveOnceAsync(TaskContext context, RevocationWish wish, CancellationToken cancellationToken)
    {
        var revocation = wish.Id;
        var failed = 0;
        Guid? last = null;
        while (await store.OpenAsync(revocation, last, PageSize, cancellationToken) is { Count: > 0 } page)
        {
            await ReportAsync(context, revocation, "running", cancellationToken);
            var errors = await RemoveAsync(context, wish, page, cancellationToken);
            failed += errors;
            last = page[^1];
        }

        await ReportAsync(context, revocation, failed == 0 ? "completed" : "running", cancellationToken);
        return failed;
    }

    private async Task<int> RemoveAsync(
        TaskContext context, RevocationWish wish, IReadOnlyList<Guid> page, CancellationToken cancellationToken)
    {
        RepositoryChange change = wish.Subject.Signatures is { } scope
            ? new RemoveSignatures(Manifest: scope.Image)
            : new RemoveRevoked();
        var failed = 0;
        var done = new List<Guid>();
        await Parallel.ForEachAsync(
            page,
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken },
            async (repository, token) =>
            {
                if (await WhyNotRemovedAsync(repository, change, token) is { } error)
                {
                    Interlocked.Increment(ref failed);
                    await store.FailedAsync(wish.Id, repository, error, token);
                }
                else
                    lock (done)
                        done.Add(repository);
            });
        await store.DoneAsync(wish.Id, done, context.Id, cancellationToken);
        return failed;
    }

    private async Task<string?> WhyNotRemovedAsync(
        Guid repository, RepositoryChange change, CancellationToken cancellationToken)
    {
        try
        {
            await grains.Repository(repository).ApplyAsync(new(change), cancellationToken);
            return null;
        }
        catch (ProblemException gone) when (gone.Problem.Kind is ProblemKind.NameUnknown)
        {
            return null; // deleted meanwhile, with all that it held
        }
        catch (Exception exception) when (exception is ProblemException or StoreUnavailableException or OrleansException
            or TimeoutException)
        {
            return exception.Message;
        }
    }

    private async Task ReportAsync(
        TaskContext context, Guid revocation, string state, CancellationToken cancellationToken)
    {
        if (await store.FindAsync(revocation, cancellationToken) is { Tally: var tally })
            await context.ReportAsync(
                new("Remove revoked content", "revocation.repositories", state, tally.Repositories, tally.Done),
                cancellationToken);
    }

    private sealed record Revoked(Guid Revocation);
}
