using System.Collections.Immutable;

namespace OrleansRegistry.Management.Tests.Model;

/// <summary>What one version holds: images, tags and signatures by their numbers in the world.</summary>
internal sealed record Held(
    ImmutableSortedSet<int> Images, ImmutableSortedDictionary<string, int> Tags, ImmutableSortedSet<int> Signatures)
{
    public static Held Nothing { get; } = new([], ImmutableSortedDictionary<string, int>.Empty, []);

    public bool IsSame(Held other) =>
        Images.SetEquals(other.Images) && Signatures.SetEquals(other.Signatures)
        && Tags.SequenceEqual(other.Tags);

    public override string ToString() =>
        $"images [{string.Join(' ', Images)}], tags [{string.Join(' ', Tags.Select(tag => $"{tag.Key}={tag.Value}"))}], "
        + $"signatures [{string.Join(' ', Signatures)}]";
}

/// <summary>A repository as its rules describe it, in sets.</summary>
/// <param name="isServed">Whether a name serves its newest version.</param>
internal sealed class ModelRepository(bool isServed)
{
    private int _highest;

    public SortedDictionary<int, Held> Versions { get; } = new() { [0] = Held.Nothing };

    /// <summary>Versions that names are pinned to.</summary>
    public HashSet<int> Pinned { get; } = [];

    public bool IsServed => isServed;

    public int Number => Versions.Keys.Last();

    public Held Head => Versions[Number];

    /// <summary>Makes a version, where it is another one than the newest.</summary>
    public void Commit(Held next)
    {
        if (!next.IsSame(Head))
            Versions[++_highest] = next;
    }

    /// <summary>Adds content; refused where a signature comes that is revoked.</summary>
    public bool Add(Held more, Func<int, bool> isRevoked)
    {
        if (more.Signatures.Except(Head.Signatures).Any(isRevoked))
            return false;
        Commit(new(
            Head.Images.Union(more.Images), Head.Tags.SetItems(more.Tags), Head.Signatures.Union(more.Signatures)));
        return true;
    }

    public bool RollBack(int version, Func<int, bool> isRevoked)
    {
        var old = Versions[version];
        if (old.Signatures.Except(Head.Signatures).Any(isRevoked))
            return false;
        Commit(old);
        return true;
    }

    /// <summary>Takes signatures away. False where there is none such.</summary>
    public bool RemoveSignatures(Func<int, bool> which)
    {
        var (before, left) = (Head, Head.Signatures.Except(Head.Signatures.Where(which)));
        Commit(before with { Signatures = left });
        return left.Count < before.Signatures.Count;
    }

    public bool RemoveImage(int image, Func<int, int> imageOf)
    {
        if (!Head.Images.Contains(image))
            return false;
        Commit(new(
            Head.Images.Remove(image),
            Head.Tags.RemoveRange(Head.Tags.Where(tag => tag.Value == image).Select(tag => tag.Key)),
            Head.Signatures.Except(Head.Signatures.Where(signature => imageOf(signature) == image))));
        return true;
    }

    /// <summary>Deletes a version, where nobody serves it, and nothing revoked becomes the newest by that.</summary>
    public bool Delete(int version, Func<int, bool> isRevoked)
    {
        var isNewest = version == Number;
        if (Versions.Count == 1 || Pinned.Contains(version) || (isNewest && isServed)
            || (isNewest && Versions.Values.SkipLast(1).Last().Signatures.Any(isRevoked)))
            return false;
        return Versions.Remove(version);
    }
}
