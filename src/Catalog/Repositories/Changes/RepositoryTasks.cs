using System.Text.Json;
using OrleansRegistry.Resources;
using OrleansRegistry.Tasks;

namespace OrleansRegistry.Repositories;

/// <summary>The tasks that change a repository's content, or look at it.</summary>
public static class RepositoryTasks
{
    public const string ChangeKind = "repository.change";
    public const string DeleteVersionKind = "repository.delete-version";
    public const string RepairKind = "repository.repair";

    /// <summary>What a task does that makes such a change.</summary>
    public static string WorkOf<TChange>()
        where TChange : RepositoryChange => WorkOf(typeof(TChange));

    /// <summary>A task that makes one change.</summary>
    /// <param name="repository">The repository to change.</param>
    /// <param name="change">What is wished.</param>
    public static TaskRequest Change(Guid repository, RepositoryChange change) => new(
        ChangeKind,
        TaskJson.Write(new ChangeArguments(repository, ChangeJson.WriteElement(change))),
        [Reservation.Of(ResourceKind.Repository, repository)],
        [.. change.Sources.Where(source => source != repository)
            .Select(source => Reservation.Of(ResourceKind.Repository, source))])
    {
        Work = WorkOf(change.GetType()),
    };

    public static TaskRequest DeleteVersion(Guid repository, int version) => new(
        DeleteVersionKind,
        TaskJson.Write(new VersionArguments(repository, version)),
        [Reservation.Of(ResourceKind.Repository, repository)],
        []);

    /// <summary>Looks whether the bytes of a version's blobs are there and, if wanted, are what they should be.</summary>
    public static TaskRequest Repair(Guid repository, int version, bool verifyChecksums = true) => new(
        RepairKind,
        TaskJson.Write(new RepairArguments(repository, version, verifyChecksums)),
        [],
        [Reservation.Of(ResourceKind.Repository, repository)]);

    private static string WorkOf(Type change) => $"repository.{ChangeJson.KindOf(change)}";
}

/// <summary>A change as a task keeps it.</summary>
public sealed record ChangeArguments(Guid Repository, JsonElement Change);

public sealed record VersionArguments(Guid Repository, int Version);

public sealed record RepairArguments(Guid Repository, int Version, bool VerifyChecksums);
