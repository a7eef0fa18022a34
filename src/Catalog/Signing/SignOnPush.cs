using System.Collections.Immutable;
using OrleansRegistry.Content;

namespace OrleansRegistry.Signing;

/// <summary>Who signs the tags that come into a repository.</summary>
/// <param name="Service">The signing service.</param>
/// <param name="By">The user who wants it; null where nobody had to say who he is.</param>
/// <param name="Host">How this registry was known then.</param>
public sealed record SignOnPush(Guid Service, Guid? By, string Host);

/// <summary>A repository with new tags that no task is going to look at.</summary>
/// <param name="Repository">The repository.</param>
/// <param name="Service">Who signs.</param>
/// <param name="By">By whose wish.</param>
/// <param name="Last">The task that was noted last, or null.</param>
/// <param name="IsLastKnown">Whether that task is there; else it was never asked for, or is forgotten.</param>
public sealed record UnsignedTags(Guid Repository, Guid Service, Guid? By, Guid? Last, bool IsLastKnown);

/// <summary>What one task signs: the tags that came after one version, up to another.</summary>
public sealed record NewTags(SignOnPush Wish, int After, int Head);

/// <summary>What is known of repositories that sign what comes.</summary>
public interface ISignOnPushStore
{
    /// <summary>The repositories that have it.</summary>
    Task<IReadOnlyList<Guid>> RepositoriesAsync(CancellationToken cancellationToken = default);

    /// <summary>
    /// The repositories with tags that no task has looked at nor is going to, as far as a distribution serves their newest
    /// version; and those with tags whose task failed some time ago.
    /// </summary>
    /// <param name="repository">Only that one; null for all.</param>
    /// <param name="failedBefore">Which failures are some time ago.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    Task<IReadOnlyList<UnsignedTags>> FindUnsignedAsync(
        Guid? repository, DateTimeOffset failedBefore, CancellationToken cancellationToken = default);

    /// <summary>Notes the task that looks next, in place of the one that was noted last; false where that is another one.</summary>
    Task<bool> TryNoteAsync(Guid repository, Guid? last, Guid task, CancellationToken cancellationToken = default);

    /// <summary>The base paths that serve the newest version of a repository, sorted.</summary>
    Task<IReadOnlyList<string>> NamesAsync(Guid repository, CancellationToken cancellationToken = default);

    /// <summary>
    /// Begins to look at all tags up to the newest version; null where the repository does not want it any more, or is gone.
    /// </summary>
    /// <param name="repository">The repository.</param>
    /// <param name="head">The version up to which this task has begun to look before, or null.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    Task<NewTags?> BeginAsync(Guid repository, int? head, CancellationToken cancellationToken = default);

    /// <summary>
    /// The tags that came after one version, up to another, and are still there; save those of what vouches for others.
    /// </summary>
    Task<IReadOnlyList<ContentUnit>> TagsAsync(
        Guid repository, int after, int head, CancellationToken cancellationToken = default);

    /// <summary>Notes that the tags up to a version are signed. It never goes back.</summary>
    Task AdvanceAsync(Guid repository, int head, CancellationToken cancellationToken = default);
}

/// <summary>Which repositories sign what comes, as far as this node knows: so that no other push costs a query.</summary>
public sealed class SigningRepositories
{
    private ImmutableHashSet<Guid> _known = [];

    public bool Has(Guid repository) => _known.Contains(repository);

    /// <summary>Notes a change that was just made.</summary>
    public void Note(Guid repository, bool signs) => ImmutableInterlocked.Update(
        ref _known, known => signs ? known.Add(repository) : known.Remove(repository));

    /// <summary>Reads all of them again. What is noted meanwhile stays until the next time.</summary>
    public async Task RefreshAsync(ISignOnPushStore store, CancellationToken cancellationToken = default)
    {
        var before = _known;
        ImmutableHashSet<Guid> now = [.. await store.RepositoriesAsync(cancellationToken)];
        Interlocked.CompareExchange(ref _known, now, before);
    }
}
