using System.Collections.Frozen;
using OrleansRegistry.Collection;
using OrleansRegistry.Distributions;
using OrleansRegistry.Exchange;
using OrleansRegistry.Namespaces;
using OrleansRegistry.PullThrough;
using OrleansRegistry.Remotes;
using OrleansRegistry.Repositories;
using OrleansRegistry.Revocations;
using OrleansRegistry.Signing;
using OrleansRegistry.SigningKeys;
using OrleansRegistry.Sync;
using OrleansRegistry.Tasks;
using OrleansRegistry.Trust;
using OrleansRegistry.Uploads;

namespace OrleansRegistry.Management;

/// <summary>
/// What clients filter tasks by, for each kind of work. Where Pulp does the same, its name; it calls much alike. Source:
/// contract pulp-api.md, 3.8.
/// </summary>
internal static class TaskNames
{
    private const string Create = "pulpcore.app.tasks.base.general_create";
    private const string Update = "pulpcore.app.tasks.base.ageneral_update";
    private const string Delete = "pulpcore.app.tasks.base.ageneral_delete";
    private const string DeleteMany = "pulpcore.app.tasks.base.general_multi_delete";

    private const string Adding = "pulp_container.app.tasks.recursive_add.recursive_add_content";
    private const string Removing = "pulp_container.app.tasks.recursive_remove.recursive_remove_content";
    private const string Signing = "pulp_container.app.tasks.sign.sign";
    private const string Orphans = "pulpcore.app.tasks.orphan.orphan_cleanup";

    private static readonly FrozenDictionary<string, string> Names = new Dictionary<string, string>
    {
        [RepositoryTasks.WorkOf<AddContent>()] = Adding,
        [RepositoryTasks.WorkOf<CopyContent>()] = Adding,
        [RepositoryTasks.WorkOf<RemoveContent>()] = Removing,
        [RepositoryTasks.WorkOf<RemoveManifest>()] = Removing,
        [RepositoryTasks.WorkOf<RemoveSignatures>()] = Removing,
        [RepositoryTasks.WorkOf<ModifyContent>()] = "pulpcore.app.tasks.repository.add_and_remove",
        [RepositoryTasks.WorkOf<TagManifest>()] = "pulp_container.app.tasks.tag.tag_image",
        [RepositoryTasks.WorkOf<Untag>()] = "pulp_container.app.tasks.untag.untag_image",
        [RepositoryTasks.WorkOf<RollBack>()] = "orleans_registry.tasks.repository.roll_back",
        [RepositoryTasks.DeleteVersionKind] = "pulpcore.app.tasks.repository.delete_version",
        [RepositoryTasks.RepairKind] = "pulpcore.app.tasks.repository.repair_version",
        [RepositoryUpdate.Kind] = Update,
        [RepositoryDeletion.Kind] = Delete,
        [DistributionCreation.Kind] = Create,
        [DistributionUpdate.Kind] = Update,
        [DistributionDeletion.Kind] = DeleteMany,
        [NamespaceUpdate.Kind] = Update,
        [NamespaceDeletion.Kind] = DeleteMany,
        [RemoteUpdate.Kind] = Update,
        [RemoteDeletion.Kind] = Delete,
        [PullThroughCreation.Kind] = Create,
        [PullThroughUpdate.Kind] = Update,
        [PullThroughDeletion.Kind] = DeleteMany,
        [SyncTasks.Kind] = "pulp_container.app.tasks.synchronize.synchronize",
        [Reclaim.Kind] = "pulpcore.app.tasks.reclaim_space.reclaim_space",
        [UploadCommit.Kind] = "pulpcore.app.tasks.upload.commit",
        [SigningTasks.SignKind] = Signing,
        [SigningTasks.SignManifestKind] = Signing,
        [SigningTasks.SignNewTagsKind] = Signing,
        [SigningServiceDeletion.Kind] = Delete,
        [AttributionTasks.Kind] = "orleans_registry.tasks.attribute_signatures",
        [RevocationTasks.Kind] = "orleans_registry.tasks.revoke",
        [ResignTasks.Kind] = "orleans_registry.tasks.resign",
        [TrustPolicyUpdate.Kind] = Update,
        [TrustPolicyDeletion.Kind] = Delete,
        [AcceptanceTasks.Kind] = "orleans_registry.tasks.accept_tags",
        [AuditTasks.Kind] = "orleans_registry.tasks.audit_signatures",
        [ExporterUpdate.Kind] = Update,
        [ExporterDeletion.Kind] = Delete,
        [ExportTasks.Kind] = "pulpcore.app.tasks.export.pulp_export",
        [ImporterUpdate.Kind] = Update,
        [ImporterDeletion.Kind] = Delete,
        [ImportTasks.Kind] = "pulpcore.app.tasks.importer.pulp_import",
        [ImportTasks.RepositoryKind] = "pulpcore.app.tasks.importer.import_repository_version",
        [CollectGarbage.Kind] = Orphans,
        [OrphanCleanup.Kind] = Orphans,
        [PurgeTask.Kind] = "pulpcore.app.tasks.purge.purge",
    }.ToFrozenDictionary();

    /// <summary>The name of work; of what has none, as we call it.</summary>
    public static string Of(string work) => Names.GetValueOrDefault(work, work);
}
