using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;

namespace OrleansRegistry.Conformance;

/// <summary>Requests byte by byte, as no well-behaved library would send them.</summary>
internal static class RawHttp
{
    /// <summary>Sends a request line as it stands: the status, and the body as text.</summary>
    public static async Task<(int Status, string Body)> SendAsync(Uri address, string method, string target)
    {
        using var socket = await OpenAsync(address);
        await socket.SendAsync(Latin1($"{method} {target} HTTP/1.1\r\nHost: {address.Authority}\r\n"
            + "Connection: close\r\nContent-Length: 0\r\n\r\n"));
        return await ReadAsync(socket);
    }

    /// <summary>Announces a body, sends the beginning of it, waits for what is to be waited for, and goes away.</summary>
    public static async Task BreakOffAsync(
        Uri address, string method, string target, long announced, byte[] sent, Func<Task> waiting)
    {
        using var socket = await OpenAsync(address);
        await socket.SendAsync(Latin1($"{method} {target} HTTP/1.1\r\nHost: {address.Authority}\r\n"
            + $"Content-Type: application/octet-stream\r\nContent-Length: {announced}\r\n\r\n"));
        for (var i = 0; i < sent.Length;)
            i += await socket.SendAsync(sent.AsMemory(i));
        await waiting();
        socket.Shutdown(SocketShutdown.Both);
    }

    private static async Task<Socket> OpenAsync(Uri address)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(address.Host, address.Port);
        return socket;
    }

    private static async Task<(int Status, string Body)> ReadAsync(Socket socket)
    {
        using var answer = new StreamReader(new NetworkStream(socket), Encoding.UTF8);
        var text = await answer.ReadToEndAsync();
        var body = text[(text.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..];
        var start = body.IndexOf('{'); // past the length of a chunk
        return (int.Parse(text.Split(' ')[1]), start < 0 ? "" : body[start..(body.LastIndexOf('}') + 1)]);
    }

    /// <summary>The code of the first error in a body.</summary>
    public static string CodeOf(string body) => JsonNode.Parse(body)!["errors"]![0]!["code"]!.GetValue<string>();

    private static byte[] Latin1(string text) => Encoding.Latin1.GetBytes(text);
}
