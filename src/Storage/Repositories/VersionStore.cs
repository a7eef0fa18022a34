using OrleansRegistry.Content;
using OrleansRegistry.Repositories;

namespace OrleansRegistry.Storage;

/// <inheritdoc cref="IVersionStore"/>
public sealed class VersionStore(IDatabase database, ManifestDescriber describer, TimeProvider clock) : IVersionStore
{
    private readonly VersionStatements _statements = new(database.Dialect);

    public async Task<RepositoryVersion?> FindLatestAsync(Guid repository, CancellationToken cancellationToken)
    {
        var found = await database.QueryAsync(
            new(VersionStatements.Latest, ("repository", repository)), VersionStatements.Version, cancellationToken);
        return found.SingleOrDefault();
    }

    public async Task<IReadOnlyList<RepositoryVersion>?> TryAppendAsync(
        Guid repository,
        RepositoryVersion head,
        IReadOnlyList<VersionDraft> drafts,
        long epoch,
        CancellationToken cancellationToken)
    {
        var versions = Number(head, drafts);
        var described = await describer.DescribeAsync(
            drafts.Select(draft => draft.Manifest).OfType<Manifest>(), cancellationToken);
        try
        {
            return await database.TransactAsync(
                async session =>
                {
                    var expected = _statements.Append(repository, head, versions, drafts, described, epoch).ToList();
                    var affected = await session.ExecuteBatchAsync(
                        [.. expected.Select(expectation => expectation.Statement)], cancellationToken);
                    if (expected.Zip(affected).Any(pair => pair.First.Rows is { } rows && rows != pair.Second))
                        throw new LostRaceException();
                    return versions;
                },
                cancellationToken);
        }
        catch (LostRaceException)
        {
            return null;
        }
        catch (ConstraintViolationException violation) when (IsLostRace(violation))
        {
            return null;
        }
    }

    private List<RepositoryVersion> Number(RepositoryVersion head, IReadOnlyList<VersionDraft> drafts)
    {
        var now = Microseconds(clock.GetUtcNow());
        var versions = new List<RepositoryVersion>(drafts.Count);
        var number = head.HighestNumber;
        foreach (var draft in drafts)
        {
            var (added, removed) = (ContentCounts.Of(draft.Added), ContentCounts.Of(draft.Removed));
            head = new(++number, now, added, removed, head.Present + added - removed) { Retain = head.Retain };
            versions.Add(head);
        }

        return versions;
    }

    // As the databases keep it: what is appended equals what is read later.
    private static DateTimeOffset Microseconds(DateTimeOffset time) =>
        time.AddTicks(-(time.Ticks % TimeSpan.TicksPerMicrosecond));

    // A version of that number, a current row of that key, or content collected under our hands.
    private static bool IsLostRace(ConstraintViolationException violation) =>
        violation.Kind is ConstraintKind.ForeignKey
        || violation is { Kind: ConstraintKind.Unique, Table: "repository_version" or "repository_content" };

    /// <summary>Rolls the transaction back: the state that the drafts were planned on is history.</summary>
    private sealed class LostRaceException : Exception;
}
