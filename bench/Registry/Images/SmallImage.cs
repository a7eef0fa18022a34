using System.Buffers.Binary;
using System.Text;

namespace OrleansRegistry.Bench.Images;

/// <summary>An image of one layer, different from every other one made here.</summary>
internal sealed record SmallImage(Blob Config, Blob Layer, byte[] Manifest)
{
    public const int LayerBytes = 16 * 1024;

    private static readonly byte[] Incompressible = RandomBytes(LayerBytes);
    private static long _made;

    public static SmallImage Make()
    {
        var layerBytes = Incompressible.ToArray();
        BinaryPrimitives.WriteInt64LittleEndian(layerBytes, Interlocked.Increment(ref _made));
        var layer = Blob.Of(layerBytes);
        var config = Blob.Of(Encoding.UTF8.GetBytes(
            $$$"""{"architecture":"amd64","os":"linux","rootfs":{"type":"layers","diff_ids":["{{{layer.Digest}}}"]}}"""));
        return new SmallImage(config, layer, ImageManifest.Write(config, layer));
    }

    private static byte[] RandomBytes(int count)
    {
        var bytes = new byte[count];
        Random.Shared.NextBytes(bytes);
        return bytes;
    }
}
