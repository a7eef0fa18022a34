using OrleansRegistry.Oci;

namespace OrleansRegistry.Content;

/// <summary>A manifest as it is stored and served: its bytes are never altered.</summary>
public sealed record Manifest(Digest Digest, string MediaType, ReadOnlyMemory<byte> Bytes)
{
    private readonly Read _read = new(null);

    /// <summary>What the bytes say. Stored manifests were read once before, so this does not fail.</summary>
    public ManifestDocument Document => _read.Document ?? ManifestDocument.Parse(Bytes, MediaType);

    /// <summary>A manifest whose bytes were just read: nobody has to read them again.</summary>
    public static Manifest Of(Digest digest, ManifestDocument document, ReadOnlyMemory<byte> bytes) =>
        new(digest, document.MediaType, bytes, new(document));

    private Manifest(Digest digest, string mediaType, ReadOnlyMemory<byte> bytes, Read read)
        : this(digest, mediaType, bytes) => _read = read;

    /// <summary>The same; null where an earlier version of this server kept what this one would refuse.</summary>
    public ManifestDocument? TryRead()
    {
        try
        {
            return Document;
        }
        catch (InvalidManifestException)
        {
            return null;
        }
    }

    /// <summary>The SHA-256 digest of a manifest that is named by another algorithm, else null.</summary>
    public Digest? OtherName => Digest.Algorithm == "sha256" ? null : Digest.Sha256(Bytes.Span);

    /// <summary>Everything that the manifest names, each once per kind. Non-distributable layers are no content.</summary>
    public static IEnumerable<ManifestLink> LinksOf(Digest from, ManifestDocument document)
    {
        var config = document.Config?.Digest;
        if (config is not null)
            yield return new(from, LinkKind.Config, config.Value);
        foreach (var blob in document.Blobs.Where(blob => blob != config))
            yield return new(from, LinkKind.Layer, blob);
        foreach (var child in document.Children)
            yield return new(from, LinkKind.Child, child);
        if (document.Subject is { } subject)
            yield return new(from, LinkKind.Subject, subject.Digest);
    }

    // Says nothing that the bytes don't: manifests are the same with it and without.
    private readonly struct Read(ManifestDocument? document) : IEquatable<Read>
    {
        public ManifestDocument? Document => document;

        public bool Equals(Read other) => true;

        public override bool Equals(object? obj) => obj is Read;

        public override int GetHashCode() => 0;
    }
}
