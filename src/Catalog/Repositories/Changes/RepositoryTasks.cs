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

    /// <summary>A task that makes one change.</summary>
    /// <param name="name">What clients filter tasks by.</param>
    /// <param name="repository">The repository to change.</param>
    /// <param name="change">What is wished.</param>
    public static TaskRequest Change(string name, Guid repository, RepositoryChange change) => new(
        name,
        ChangeKind,
        TaskJson.Write(new ChangeArguments(repository, ChangeJson.WriteElement(change))),
        [Address.Prn(ResourceKind.Repository, repository)],
        [.. change.Sources.Where(source => source != repository)
            .Select(source => Address.Prn(ResourceKind.Repository, source))]);

    public static TaskRequest DeleteVersion(string name, Guid repository, int version) => new(
        name,
        DeleteVersionKind,
        TaskJson.Write(new VersionArguments(repository, version)),
        [Address.Prn(ResourceKind.Repository, repository)],
        []);

    /// <summary>Looks whether the bytes of a version's blobs are there and, if wanted, are what they should be.</summary>
    public static TaskRequest Repair(string name, Guid repository, int version, bool verifyChecksums = true) => new(
        name,
        RepairKind,
        TaskJson.Write(new RepairArguments(repository, version, verifyChecksums)),
        [],
        [Address.Prn(ResourceKind.Repository, repository)]);
}

/// <summary>A change as a task keeps it.</summary>
public sealed record ChangeArguments(Guid Repository, JsonElement Change);

public sealed record VersionArguments(Guid Repository, int Version);

public sealed record RepairArguments(Guid Repository, int Version, bool VerifyChecksums);
