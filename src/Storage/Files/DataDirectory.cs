using System.Globalization;
using OrleansRegistry.Oci;

namespace OrleansRegistry.Storage;

/// <summary>
/// The one directory below which all files live; in a cluster, the directory that all nodes share. Every path is built
/// from values whose grammar leaves no way out: a digest, an id.
/// </summary>
public sealed class DataDirectory
{
    private static readonly string[] Algorithms = ["sha256", "sha512"];

    public DataDirectory(string root)
    {
        Root = Path.GetFullPath(root);
        BlobFolders =
        [
            .. from algorithm in Algorithms
               from prefix in Enumerable.Range(0, 256)
               select Path.Combine(Blobs, algorithm, prefix.ToString("x2", CultureInfo.InvariantCulture)),
        ];
        Directory.CreateDirectory(Blobs);
        Directory.CreateDirectory(Uploads);
    }

    public string Root { get; }

    /// <summary>Where the embedded database lies.</summary>
    public string DatabaseFile => Path.Combine(Root, "registry.db");

    /// <summary>Holds the directory for this process alone, until it ends. For the embedded database, which has one writer.</summary>
    /// <exception cref="IOException">Another process holds it.</exception>
    public IDisposable HoldAlone()
    {
        try
        {
            return new FileStream(Path.Combine(Root, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException exception) when (Directory.Exists(Root))
        {
            throw new IOException(
                $"Another process uses the data directory '{Root}'; stop it, choose another with --data, or share one "
                + "between nodes with --postgres.",
                exception);
        }
    }

    /// <summary>All uploads, open and sealed.</summary>
    public IEnumerable<FileInfo> UploadFiles =>
        new DirectoryInfo(Uploads).EnumerateFiles("*", SearchOption.AllDirectories);

    /// <summary>The folders that hold blob files, those that do not exist yet included.</summary>
    public IReadOnlyList<string> BlobFolders { get; }

    private string Blobs => Path.Combine(Root, "blobs");

    private string Uploads => Path.Combine(Root, "uploads");

    /// <summary><c>blobs/{algorithm}/{first two digits}/{hex}</c>.</summary>
    public string PathOf(Digest blob) => Path.Combine(Blobs, blob.Algorithm, blob.Hex[..2], blob.Hex);

    /// <summary><c>uploads/{repository}/{upload}</c>: an upload is found only below its own repository.</summary>
    public string PathOf(Guid repository, Guid upload) =>
        Path.Combine(Uploads, repository.ToString("N"), upload.ToString("N"));
}
