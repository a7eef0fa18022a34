using OrleansRegistry.Oci;
using OrleansRegistry.Resources;
using OrleansRegistry.Tasks;

namespace OrleansRegistry.Repositories;

/// <summary>
/// Tasks on repositories: the name that clients filter by, the handler, its arguments and what is reserved, in one
/// place. Whoever asks adds itself: <c>RepositoryTasks.Tag(…) with { CreatedBy = … }</c>.
/// </summary>
/// <remarks>Source of the names: Pulp's REST: repository actions, tasks; those of our own begin with our name.</remarks>
public static class RepositoryTasks
{
    public const string AddKind = "repository.add";
    public const string RemoveKind = "repository.remove";
    public const string ModifyKind = "repository.modify";
    public const string TagKind = "repository.tag";
    public const string UntagKind = "repository.untag";
    public const string CopyKind = "repository.copy";
    public const string RemoveImageKind = "repository.remove-image";
    public const string RemoveSignaturesKind = "repository.remove-signatures";
    public const string RollBackKind = "repository.roll-back";
    public const string DeleteVersionKind = "repository.delete-version";
    public const string RepairKind = "repository.repair";

    private const string RecursiveAdd = "pulp_container.app.tasks.recursive_add.recursive_add_content";
    private const string RecursiveRemove = "pulp_container.app.tasks.recursive_remove.recursive_remove_content";

    /// <summary>Adds content with all that it needs.</summary>
    /// <param name="content">Ids of any kind of content.</param>
    /// <param name="requireManifest">Refuses a signature without its manifest instead of adding that too.</param>
    public static TaskRequest Add(Guid repository, Guid[] content, bool requireManifest = false) =>
        Change(RecursiveAdd, AddKind, repository, new AddArguments(repository, content, requireManifest));

    /// <summary>Takes content away with what is not needed without it; null takes everything.</summary>
    public static TaskRequest Remove(Guid repository, Guid[]? content) =>
        Change(RecursiveRemove, RemoveKind, repository, new RemoveArguments(repository, content));

    /// <summary>Both in one version: <paramref name="remove"/> is null for everything.</summary>
    public static TaskRequest Modify(Guid repository, Guid[]? remove, Guid[] add) => Change(
        "pulpcore.app.tasks.repository.add_and_remove", ModifyKind, repository,
        new ModifyArguments(repository, remove, add));

    public static TaskRequest Tag(Guid repository, Tag tag, Digest manifest) => Change(
        "pulp_container.app.tasks.tag.tag_image", TagKind, repository,
        new TagArguments(repository, tag.ToString(), manifest.ToString()));

    public static TaskRequest Untag(Guid repository, Tag tag) => Change(
        "pulp_container.app.tasks.untag.untag_image", UntagKind, repository,
        new UntagArguments(repository, tag.ToString()));

    /// <summary>Copies tags with what they need; null copies all. A null version means the latest when the task runs.</summary>
    public static TaskRequest CopyTags(
        Guid repository, Guid source, int? version, string[]? names, bool withSignatures = false) =>
        Copy(new CopyArguments(repository, source, version, Tags: true, names, null, withSignatures));

    /// <summary>Copies manifests with what they need; null copies all. A null version means the latest when the task runs.</summary>
    public static TaskRequest CopyManifests(
        Guid repository,
        Guid source,
        int? version,
        string[]? digests,
        string[]? mediaTypes,
        bool withSignatures = false) =>
        Copy(new CopyArguments(repository, source, version, Tags: false, digests, mediaTypes, withSignatures));

    /// <summary>Takes an image away with its tags and signatures.</summary>
    public static TaskRequest RemoveImage(Guid repository, Digest manifest) => Change(
        RecursiveRemove, RemoveImageKind, repository, new RemoveImageArguments(repository, manifest.ToString()));

    /// <summary>Takes signatures away: all, or those for which everything holds that is given.</summary>
    /// <param name="key">
    /// A key id (16 hex digits) or a fingerprint (40 or 64). Hex digits of either case.
    /// </param>
    public static TaskRequest RemoveSignatures(
        Guid repository, Guid[]? content = null, string? key = null, Digest? manifest = null) => Change(
        RecursiveRemove, RemoveSignaturesKind, repository,
        new RemoveSignaturesArguments(repository, content, key?.ToUpperInvariant(), manifest?.ToString()));

    /// <summary>Makes a new version that holds what an older one does.</summary>
    public static TaskRequest RollBack(Guid repository, int version) => Change(
        "orleans_registry.tasks.repository.roll_back", RollBackKind, repository,
        new VersionArguments(repository, version));

    public static TaskRequest DeleteVersion(Guid repository, int version) => Change(
        "pulpcore.app.tasks.repository.delete_version", DeleteVersionKind, repository,
        new VersionArguments(repository, version));

    /// <summary>Looks whether the bytes of a version's blobs are there and, if wanted, are what they should be.</summary>
    public static TaskRequest Repair(Guid repository, int version, bool verifyChecksums = true) => new(
        "pulpcore.app.tasks.repository.repair_version",
        RepairKind,
        TaskJson.Write(new RepairArguments(repository, version, verifyChecksums)),
        [],
        [Address.Prn(ResourceKind.Repository, repository)]);

    private static TaskRequest Change<T>(string name, string kind, Guid repository, T arguments) =>
        new(name, kind, TaskJson.Write(arguments), [Address.Prn(ResourceKind.Repository, repository)], []);

    private static TaskRequest Copy(CopyArguments arguments) =>
        Change(RecursiveAdd, CopyKind, arguments.Repository, arguments) with
        {
            Shared = arguments.Source == arguments.Repository
                ? []
                : [Address.Prn(ResourceKind.Repository, arguments.Source)],
        };
}

public sealed record AddArguments(Guid Repository, Guid[] Content, bool RequireManifest);

public sealed record RemoveArguments(Guid Repository, Guid[]? Content);

public sealed record ModifyArguments(Guid Repository, Guid[]? Remove, Guid[] Add);

public sealed record TagArguments(Guid Repository, string Tag, string Manifest);

public sealed record UntagArguments(Guid Repository, string Tag);

public sealed record CopyArguments(
    Guid Repository,
    Guid Source,
    int? Version,
    bool Tags,
    string[]? Names,
    string[]? MediaTypes,
    bool WithSignatures);

public sealed record RemoveImageArguments(Guid Repository, string Manifest);

public sealed record RemoveSignaturesArguments(Guid Repository, Guid[]? Content, string? Key, string? Manifest);

public sealed record VersionArguments(Guid Repository, int Version);

public sealed record RepairArguments(Guid Repository, int Version, bool VerifyChecksums);
