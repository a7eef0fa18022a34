using OrleansRegistry.Oci;

namespace OrleansRegistry.Content;

/// <summary>A manifest as it is stored and served: its bytes are never altered.</summary>
public sealed record Manifest(Digest Digest, string MediaType, ReadOnlyMemory<byte> Bytes)
{
    /// <summary>What the bytes say. Stored manifests were read once before, so this does not fail.</summary>
    public ManifestDocument Document => ManifestDocument.Parse(Bytes, MediaType);

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
}
