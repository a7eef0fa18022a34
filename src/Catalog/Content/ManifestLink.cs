using OrleansRegistry.Oci;

namespace OrleansRegistry.Content;

/// <summary>How one manifest names another thing. The numbers are stored.</summary>
public enum LinkKind : short
{
    Config = 1,
    Layer = 2,
    Child = 3,
    Subject = 4,
}

/// <summary>One manifest naming one thing, both by digest.</summary>
public sealed record ManifestLink(Digest Manifest, LinkKind Kind, Digest Digest);
