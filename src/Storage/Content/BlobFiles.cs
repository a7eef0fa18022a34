using System.Runtime.CompilerServices;
using OrleansRegistry.Content;
using OrleansRegistry.Oci;

namespace OrleansRegistry.Storage;

/// <inheritdoc cref="IBlobBytes"/>
/// <remarks>Files named by digest, in the directory that all nodes share. A part of the store is a folder.</remarks>
public sealed class BlobFiles(DataDirectory data) : IBlobBytes
{
    public int Parts => data.BlobFolders.Count;

    public ValueTask<IOpenBlob?> OpenAsync(Digest digest, CancellationToken cancellationToken)
    {
        try
        {
            return new(Open(data.PathOf(digest)));
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return default;
        }
    }

    private static BlobFile Open(string path)
    {
        var file = File.OpenHandle(path, options: FileOptions.Asynchronous | FileOptions.SequentialScan);
        try
        {
            return new(file);
        }
        catch (NotSupportedException exception) // it has no length
        {
            file.Dispose();
            throw new IOException($"{path} is a pipe or a device, not a file.", exception);
        }
    }

    public ValueTask PublishAsync(IReadOnlyCollection<SealedUpload> uploads, CancellationToken cancellationToken)
    {
        var moves = new List<(string From, string To)>();
        foreach (var upload in uploads)
        {
            var from = UploadFiles.SealedPath(data, upload.Repository, upload.Upload);
            var to = data.PathOf(upload.Digest);
            if (File.Exists(from))
                moves.Add((from, to));
            else if (!File.Exists(to)) // an earlier try may have got this far
                throw new ProblemException(
                    ProblemKind.UploadUnknown, "The upload's bytes are gone; push the blob again.", upload.Upload.ToString());
        }

        Durable.MoveAll(moves);
        return default;
    }

    public ValueTask<long> DeleteAsync(Digest digest, CancellationToken cancellationToken)
    {
        var file = new FileInfo(data.PathOf(digest));
        if (!file.Exists)
            return new(0);
        var length = file.Length;
        file.Delete();
        return new(length);
    }

    public async IAsyncEnumerable<Digest> ListAsync(
        int part, DateTimeOffset before, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.CompletedTask;
        var directory = new DirectoryInfo(data.BlobFolders[part]);
        if (!directory.Exists)
            yield break;
        foreach (var file in directory.EnumerateFiles().Where(file => file.LastWriteTimeUtc < before.UtcDateTime))
            if (Digest.TryParse($"{directory.Parent!.Name}:{file.Name}", out var digest))
                yield return digest;
    }
}
