namespace OrleansRegistry.Management.Tests.Model;

/// <summary>What can be asked.</summary>
internal enum Act
{
    Push,
    Sign,
    Copy,
    RollBack,
    RemoveSignatures,
    RemoveImage,
    Synchronise,
    DeleteVersion,
    Pin,
    Revoke,
    Withdraw,
}

/// <summary>One request.</summary>
/// <param name="Act">What is asked.</param>
/// <param name="Repository">Of which repository.</param>
/// <param name="Number">Which image, signature, key or version.</param>
/// <param name="Source">From which repository; in a synchronisation, the images upstream and their signatures, as bits.</param>
/// <param name="Flag">In a synchronisation, whether it mirrors; in a revocation, whether the key is named by its id.</param>
internal sealed record Step(Act Act, int Repository = 0, int Number = 0, int Source = 0, bool Flag = false)
{
    /// <summary>A step that is likely to mean something now.</summary>
    public static Step Next(Random random, ModelRepository[] repositories, IReadOnlyList<int> revoked)
    {
        var at = random.Next(repositories.Length);
        var repository = repositories[at];
        var signed = random.Next(5) > 0 && repository.Head.Images.Count > 0
            ? repository.Head.Images[random.Next(repository.Head.Images.Count)]
            : random.Next(World.Images);
        return random.Next(100) switch
        {
            < 14 => new(Act.Push, at, random.Next(World.Images), random.Next(3)),
            < 38 => new(Act.Sign, at, World.SignatureOf(signed, random.Next(World.Keys))),
            < 49 when random.Next(repositories.Length) is var from =>
                new(Act.Copy, at, Version(random, repositories[from]), from),
            < 62 => new(Act.RollBack, at, Version(random, repository)),
            < 66 => new(Act.RemoveSignatures, at, random.Next(World.Keys)),
            < 71 => new(Act.RemoveImage, at, signed),
            < 77 => new(
                Act.Synchronise, at, random.Next(1, 1 << World.Images), random.Next(1 << (World.Images * World.Keys)),
                random.Next(2) == 0),
            < 85 => new(Act.DeleteVersion, at, random.Next(2) == 0 ? repository.Number : Version(random, repository)),
            < 88 => new(Act.Pin, at, Version(random, repository)),
            < 94 => new(Act.Revoke, 0, random.Next(World.Keys), 0, random.Next(2) == 0),
            _ => new(Act.Withdraw, 0, revoked.Count > 0 ? revoked[random.Next(revoked.Count)] : random.Next(World.Keys)),
        };
    }

    private static int Version(Random random, ModelRepository repository) =>
        repository.Versions.Keys.ElementAt(random.Next(repository.Versions.Count));
}
