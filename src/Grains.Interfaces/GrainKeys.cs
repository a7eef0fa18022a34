using OrleansRegistry.Content;
using OrleansRegistry.Distributions;
using OrleansRegistry.Oci;
using OrleansRegistry.PullThrough;
using OrleansRegistry.Repositories;
using OrleansRegistry.Revocations;
using OrleansRegistry.Schedules;
using OrleansRegistry.Signing;
using OrleansRegistry.Sync;
using OrleansRegistry.Tasks;
using OrleansRegistry.Trust;

namespace OrleansRegistry;

/// <summary>Every grain's key, spelled once.</summary>
public static class GrainKeys
{
    extension(IGrainFactory grains)
    {
        /// <summary>The grain of a distribution: its key is the base path.</summary>
        public IDistributionGrain Distribution(RepositoryName basePath) =>
            grains.GetGrain<IDistributionGrain>(basePath.ToString());

        /// <summary>The grain of a manifest: its key is the digest.</summary>
        public IManifestGrain Manifest(Digest digest) => grains.GetGrain<IManifestGrain>(digest.ToString());

        /// <summary>The grain that decides on a key or an image: its key is what that is called.</summary>
        public IKeyRevocationGrain KeyRevocation(RevocationSubject subject) =>
            grains.GetGrain<IKeyRevocationGrain>(subject.ToString());

        /// <summary>The grain that fetches a blob: its key is the digest.</summary>
        public IRemoteBlobGrain RemoteBlob(Digest digest) => grains.GetGrain<IRemoteBlobGrain>(digest.ToString());

        /// <summary>The grain of a reference below a pull-through distribution: its key is the name, a colon, and the
        /// reference; nothing behind the colon stands for the name itself.</summary>
        public IPullThroughGrain PullThrough(RepositoryName name, Reference? reference) =>
            grains.GetGrain<IPullThroughGrain>($"{name}:{reference}");

        /// <summary>The grain of a repository: its key is the repository's id.</summary>
        public IRepositoryGrain Repository(Guid id) => grains.GetGrain<IRepositoryGrain>(id);

        /// <summary>The grain of a schedule: its key is the name, behind what is no hexadecimal number.</summary>
        public IScheduleGrain Schedule(string name) => grains.GetGrain<IScheduleGrain>($"schedule/{name}");

        /// <summary>One of the lines in which a node signs.</summary>
        public ISignerGrain Signer(string node, string lines, int line) =>
            grains.GetGrain<ISignerGrain>($"{node}/{lines}/{line}");

        /// <summary>One of the lines in which a node brings content from other registries.</summary>
        public ISyncWorkerGrain SyncWorker(string node, int line) =>
            grains.GetGrain<ISyncWorkerGrain>($"{node}/{line}");

        /// <summary>One of the lines in which a node judges what is stored.</summary>
        public IAuditorGrain Auditor(string node, int line) => grains.GetGrain<IAuditorGrain>($"{node}/{line}");

        /// <summary>The grain of a task: its key is the task's id.</summary>
        public ITaskGrain Task(Guid id) => grains.GetGrain<ITaskGrain>(id);
    }
}
