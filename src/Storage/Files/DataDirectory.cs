using OrleansRegistry.Oci;

namespace OrleansRegistry.Storage;

/// <summary>
/// The one directory below which all files live; in a cluster, the directory that all nodes share. Every path is built
/// from values whose grammar leaves no way out: a digest, an id.
/// </summary>
public sealed class DataDirectory
{
    public DataDirectory(string root)
    {
        Root = Path.GetFullPath(root);
        Directory.CreateDirectory(Blobs);
        Directory.CreateDirectory(Uploads);
    }

    public string Root { get; }

    /// <summary>Where the embedded database lies.</summary>
    public string DatabaseFile => Path.Combine(Root, "registry.db");

    private string Blobs => Path.Combine(Root, "blobs");

    private string Uploads => Path.Combine(Root, "uploads");

    /// <summary><c>blobs/{algorithm}/{first two digits}/{hex}</c>.</summary>
    public string PathOf(Digest blob) => Path.Combine(Blobs, blob.Algorithm, blob.Hex[..2], blob.Hex);

    /// <summary><c>uploads/{repository}/{upload}</c>: an upload is found only below its own repository.</summary>
    public string PathOf(Guid repository, Guid upload) =>
        Path.Combine(Uploads, repository.ToString("N"), upload.ToString("N"));
}
