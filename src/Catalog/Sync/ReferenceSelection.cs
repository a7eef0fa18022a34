using OrleansRegistry.Oci;
using OrleansRegistry.Repositories;

namespace OrleansRegistry.Sync;

/// <summary>
/// What of an upstream repository is wanted. <c>includes</c> hold patterns of tags, and digests that come without a tag;
/// <c>excludes</c> are taken away from the tags. Source: Pulp's REST: sync, filters.
/// </summary>
/// <remarks>
/// Where not everything is wanted, tags that say something of an image follow it: <see cref="CompanionTags"/>. Then it is
/// only <c>excludes</c> that keeps them out.
/// </remarks>
public sealed class ReferenceSelection
{
    private const string Companions = "sha256-";

    private readonly List<NamePattern> _includes;
    private readonly List<NamePattern> _excludes;
    private readonly bool _takesNoTags;

    /// <param name="includes">As the remote says; none or null is all.</param>
    /// <param name="excludes">As the remote says.</param>
    /// <param name="signedOnly">True where images are judged, too.</param>
    /// <exception cref="ProblemException">One of them is no pattern.</exception>
    public ReferenceSelection(IReadOnlyList<string>? includes, IReadOnlyList<string>? excludes, bool signedOnly)
    {
        Digests = [.. (includes ?? []).Select(text => Digest.TryParse(text, out var digest) ? digest : (Digest?)null)
            .OfType<Digest>().Distinct()];
        _includes = [.. (includes ?? []).Where(text => !Digest.TryParse(text, out _)).Select(Parse)];
        _excludes = [.. (excludes ?? []).Select(Parse)];
        _takesNoTags = _includes.Count == 0 && Digests.Count > 0;
        CompanionsFollow = signedOnly || _includes.Count + _excludes.Count + Digests.Count > 0;
    }

    /// <summary>The manifests that are wanted by their digests.</summary>
    public IReadOnlyList<Digest> Digests { get; }

    /// <summary>Whether companion tags come with what they speak of, and not by themselves.</summary>
    public bool CompanionsFollow { get; }

    /// <summary>What a tag is to this selection.</summary>
    public ReferenceKind? KindOf(Tag tag)
    {
        var name = tag.ToString();
        if (_excludes.Exists(pattern => pattern.Matches(name)))
            return null;
        if (CompanionsFollow && name.StartsWith(Companions, StringComparison.Ordinal))
            return CompanionTags.ImageOf(tag) is null ? null : ReferenceKind.Companion;
        return !_takesNoTags && (_includes.Count == 0 || _includes.Exists(pattern => pattern.Matches(name)))
            ? ReferenceKind.Image
            : null;
    }

    private static NamePattern Parse(string text) => NamePattern.TryParse(text, out var pattern, out var refusal)
        ? pattern
        : throw new ProblemException(ProblemKind.FieldInvalid, refusal, "includes");
}

/// <summary>How a reference is brought. The numbers are stored.</summary>
public enum ReferenceKind : short
{
    /// <summary>For itself.</summary>
    Image = 1,

    /// <summary>Where what it speaks of was brought.</summary>
    Companion = 2,
}
