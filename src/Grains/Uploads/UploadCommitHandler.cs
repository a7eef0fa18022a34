using OrleansRegistry.Content;
using OrleansRegistry.Oci;
using OrleansRegistry.Resources;
using OrleansRegistry.Tasks;

namespace OrleansRegistry.Uploads;

/// <summary>Makes an upload the file of a blob, which no repository holds yet.</summary>
public sealed class UploadCommitHandler(IChunkedUploads uploads, IBlobStore blobs, IContentSets sets) : ITaskHandler
{
    public string Kind => UploadCommit.Kind;

    public async Task RunAsync(TaskContext context, CancellationToken cancellationToken)
    {
        var (upload, sha256) = context.Read<UploadCommit>();
        var digest = Digest.Parse($"sha256:{sha256}");

        // An earlier attempt may have come as far as having no bytes in the upload, or no upload any more.
        if (await uploads.FindAsync(upload, cancellationToken) is not null)
        {
            await AdmitAsync(upload, sha256, cancellationToken);
            await uploads.DeleteAsync(upload, CancellationToken.None);
        }

        var stored = await sets.FindStoredAsync([ContentUnit.Blob(digest)], CancellationToken.None);
        if (stored is not [{ Id: var id }])
            throw new ProblemException(ProblemKind.UploadUnknown, "The upload does not exist any more.", upload.ToString());
        context.AddCreated(new ResourceReference(ResourceKind.Artifact, id));
    }

    private async Task AdmitAsync(Guid upload, string sha256, CancellationToken cancellationToken)
    {
        try
        {
            await blobs.AdmitAsync(await uploads.SealAsync(upload, sha256, cancellationToken), cancellationToken);
        }
        catch (ProblemException moved) when (moved.Problem.Kind is ProblemKind.UploadUnknown)
        {
            // Whether there is a blob now is looked up next.
        }
    }
}
