using OrleansRegistry.Content;
using OrleansRegistry.Tasks;

namespace OrleansRegistry.Trust;

/// <summary>
/// What the tags of a repository have to meet, whatever its names are held to: until they do, only who may push there gets them.
/// </summary>
/// <param name="Policy">The policy; its mode does not matter.</param>
/// <param name="Minutes">After so long, a tag that does not meet it is taken away; null for never.</param>
/// <param name="Host">How this registry is known: it stands in the names of images.</param>
public sealed record Acceptance(Guid Policy, int? Minutes, string Host);

/// <summary>A repository with tags whose time is over.</summary>
/// <param name="Repository">The repository.</param>
/// <param name="Head">The newest version that is old enough.</param>
public sealed record OverdueTags(Guid Repository, int Head);

/// <summary>What is known of repositories that take only what meets a policy.</summary>
public interface IAcceptanceStore
{
    /// <summary>Those with versions that nobody has looked at and whose time is over.</summary>
    Task<IReadOnlyList<OverdueTags>> FindOverdueAsync(CancellationToken cancellationToken = default);

    /// <summary>What a repository wants, and up to which version that is done; null where it wants nothing, or is gone.</summary>
    Task<(Acceptance Wish, int Done)?> FindAsync(Guid repository, CancellationToken cancellationToken = default);

    /// <summary>
    /// The tags that came after one version, up to another, and are still there; save those of what vouches for others.
    /// </summary>
    Task<IReadOnlyList<AwaitedTag>> TagsAsync(
        Guid repository, int after, int head, CancellationToken cancellationToken = default);

    /// <summary>Notes that the tags up to a version have been looked at. It never goes back.</summary>
    Task AdvanceAsync(Guid repository, int head, CancellationToken cancellationToken = default);
}

/// <summary>A tag that is to be looked at, with its id.</summary>
public sealed record AwaitedTag(Guid Id, ContentUnit Unit);

/// <summary>The task that takes away the tags of a repository that were not accepted in time.</summary>
public static class AcceptanceTasks
{
    public const string Kind = "trust.accept";

    public static TaskRequest Accept(OverdueTags overdue) => new(
        Kind, TaskJson.Write(overdue), [new Reservation.Work("accept", overdue.Repository)], []);
}
