using OrleansRegistry.Oci;

namespace OrleansRegistry.Content;

/// <summary>What the referrers API says of one manifest. <c>Annotations</c> is a JSON object, or null where there are none.</summary>
public sealed record Referrer(Digest Digest, string MediaType, long Size, string? ArtifactType, string? Annotations);

/// <summary>Which referrers are wanted: of one subject, perhaps of one artifact type, after one that was seen already.</summary>
public sealed record ReferrerQuery(Digest Subject, string? ArtifactType, Digest? After, int Limit);
