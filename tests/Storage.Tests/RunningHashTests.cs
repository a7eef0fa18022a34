using System.Security.Cryptography;

namespace OrleansRegistry.Storage.Tests;

public sealed class RunningHashTests
{
    private readonly RunningHashes _hashes = new();

    [Fact]
    public void Abandoned_uploads_make_way_for_new_ones()
    {
        var abandoned = Enumerable.Range(0, RunningHashes.Most).Select(_ => Keep(Guid.NewGuid())).ToList();
        var fresh = Keep(Guid.NewGuid());
        Assert.NotNull(_hashes.Take(fresh, 1));
        Assert.Null(_hashes.Take(abandoned[0], 1));
        Assert.NotNull(_hashes.Take(abandoned[1], 1));
    }

    [Fact]
    public void One_that_is_written_to_is_not_abandoned()
    {
        var busy = Keep(Guid.NewGuid());
        for (var number = 0; number < 2 * RunningHashes.Most; number++)
        {
            Keep(Guid.NewGuid());
            var hash = _hashes.Take(busy, 1);
            Assert.NotNull(hash);
            _hashes.Keep(busy, 1, hash);
        }
    }

    [Fact]
    public void One_at_another_offset_is_not_given_out() => Assert.Null(_hashes.Take(Keep(Guid.NewGuid()), 2));

    private Guid Keep(Guid upload)
    {
        _hashes.Keep(upload, 1, IncrementalHash.CreateHash(HashAlgorithmName.SHA256));
        return upload;
    }
}
