namespace OrleansRegistry.Signatures.Tests;

/// <summary>Damaged copies of every fixture: refused or read, never thrown at, never costly.</summary>
public sealed class HostileInputTests
{
    private const int Mutations = 20_000;

    // Blob, inflated part, payload and texts, with room for a first use of pooled buffers.
    private const long MaxAllocatedBytes = 8 * SignatureLimits.MaxBlobBytes;

    [Fact]
    public void Damaged_signatures_never_throw_and_never_cost_much()
    {
        var random = new Random(20240301);
        var originals = Fixtures.Expected.Select(expected => Fixtures.Read(expected.File)).ToArray();
        var accepted = 0;
        foreach (var original in originals)
            _ = Judge(original);
        for (var i = 0; i < Mutations; i++)
        {
            var blob = Damaged(originals[random.Next(originals.Length)], originals[random.Next(originals.Length)], random);
            var before = GC.GetAllocatedBytesForCurrentThread();
            var verdict = Judge(blob);
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, MaxAllocatedBytes);
            accepted += verdict is Verdict.Accepted ? 1 : 0;
        }
        // What is not signed may change without harm: packet headers, the unhashed area, the way of compressing.
        Assert.InRange(accepted, 1, Mutations / 4);
    }

    [Fact]
    public void Damaged_keys_never_throw()
    {
        var random = new Random(20240302);
        string[] names = ["ed25519", "nistp256", "subkey", "revoked", "v6-ed25519", "rsa2048"];
        var originals = names.Select(name => Fixtures.Read($"keys/{name}.pub.gpg")).ToArray();
        for (var i = 0; i < Mutations / 10; i++)
            TrustedKeys.Load(
                Damaged(originals[random.Next(originals.Length)], originals[random.Next(originals.Length)], random));
    }

    [Fact]
    public void Damaged_armor_never_throws()
    {
        var random = new Random(20240303);
        var original = Fixtures.Read("keys/subkey.pub.asc");
        for (var i = 0; i < Mutations / 20; i++)
            TrustedKeys.Load(Damaged(original, original, random));
    }

    private static Verdict Judge(byte[] blob)
    {
        Assert.Equal(AtomicSignature.TryParse(blob, out _, out var refusal), refusal is null);
        LookasideBlob.IsRecognised(blob);
        return Verifier.Verify(blob, Fixtures.Manifest, Fixtures.TrustedRing, Fixtures.Now);
    }

    private static byte[] Damaged(byte[] original, byte[] other, Random random)
    {
        var blob = original.ToList();
        for (var count = random.Next(1, 4); count > 0 && blob.Count > 0; count--)
        {
            var at = random.Next(blob.Count);
            switch (random.Next(6))
            {
                case 0:
                    blob[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    blob[at] = (byte)random.Next(256);
                    break;
                case 2:
                    blob.RemoveRange(at, random.Next(1, blob.Count - at + 1));
                    break;
                case 3:
                    blob.InsertRange(at, Enumerable.Range(0, random.Next(1, 600)).Select(_ => (byte)random.Next(256)));
                    break;
                case 4:
                    blob.InsertRange(at, other.Take(random.Next(other.Length + 1)));
                    break;
                default:
                    // Lengths stand near the start.
                    blob[Math.Min(at, random.Next(32))] = (byte)(0xC0 | random.Next(64));
                    break;
            }
        }
        return [.. blob];
    }
}
