using System.Threading.Channels;
using Microsoft.AspNetCore.Http;

namespace OrleansRegistry.Testing;

/// <summary>An answer that a test gives piece by piece: first of all nothing.</summary>
public sealed class HeldAnswer
{
    private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Channel<byte[]> _pieces = Channel.CreateUnbounded<byte[]>();

    /// <summary>When somebody has asked.</summary>
    public Task Reached => _reached.Task;

    /// <summary>Sends a piece; the first one, which may be empty, with the head of the answer.</summary>
    public void Send(params byte[] piece) => _pieces.Writer.TryWrite(piece);

    /// <summary>Ends the answer.</summary>
    public void End() => _pieces.Writer.TryComplete();

    public async Task AnswerAsync(HttpContext context)
    {
        _reached.TrySetResult();
        await foreach (var piece in _pieces.Reader.ReadAllAsync(context.RequestAborted))
        {
            if (piece.Length > 0)
                await context.Response.Body.WriteAsync(piece);
            await context.Response.Body.FlushAsync();
        }
    }
}
