using System.Globalization;
using System.Text;

namespace OrleansRegistry.Bench.Images;

/// <summary>Image manifests. Source: OCI image-spec, manifest.md.</summary>
internal static class ImageManifest
{
    public const string MediaType = "application/vnd.oci.image.manifest.v1+json";

    /// <param name="config">Its config.</param>
    /// <param name="layer">Its only layer.</param>
    /// <param name="number">Told in an annotation: tells manifests apart that share their blobs.</param>
    public static byte[] Write(Blob config, Blob layer, long number = 0) =>
        Write(config, layer.Digest, layer.Bytes.Length, number);

    public static byte[] Write(Blob config, string layerDigest, long layerLength, long number = 0) =>
        Encoding.UTF8.GetBytes(string.Create(
            CultureInfo.InvariantCulture,
            $$"""
            {
              "schemaVersion": 2,
              "mediaType": "{{MediaType}}",
              "config": {
                "mediaType": "application/vnd.oci.image.config.v1+json",
                "digest": "{{config.Digest}}",
                "size": {{config.Bytes.Length}}
              },
              "layers": [
                {
                  "mediaType": "application/vnd.oci.image.layer.v1.tar",
                  "digest": "{{layerDigest}}",
                  "size": {{layerLength}}
                }
              ],
              "annotations": { "bench.number": "{{number}}" }
            }
            """));
}
